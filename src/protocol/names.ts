/** `token_endpoint` as `tokenEndpoint`: names as this library has them. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** `tokenEndpoint` as `token_endpoint`: names as they are at the wire. The language behind a `#` stays (RFC 7591 §2.2). */
export const snakeCase = (name: string): string => {
  const [word = '', ...language] = name.split('#')
  return [word.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), ...language].join('#')
}

type Fields = Readonly<Record<string, unknown>>

/** A copy under other names, without what is `null` or undefined. */
export const renamed = (fields: Fields, rename: (name: string) => string): Fields =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [rename(name), value]),
  )
