/** `token_endpoint` as `tokenEndpoint`: names as this library has them. */
export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** `tokenEndpoint` as `token_endpoint`: names as they are at the wire. */
export const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

type Fields = Readonly<Record<string, unknown>>

/** A copy under other names, without what is `null` or undefined. */
export const renamed = (fields: Fields, rename: (name: string) => string): Fields =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [rename(name), value]),
  )
