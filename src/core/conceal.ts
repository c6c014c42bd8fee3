/** Lets `console.log` print `shown` in place of `data`, which stays plain data otherwise. */
export const conceal = <T extends object>(data: T, shown: object): T =>
  // Node, Bun and Deno ask for this symbol before they print an object.
  Object.defineProperty(data, Symbol.for('nodejs.util.inspect.custom'), { value: () => shown })
