import { base64urlBytes } from '../core/base64url.js'

type Fields = Readonly<Record<string, unknown>>

/** A JWT as anyone can read it. Nothing shows that it is genuine. */
export interface ReadJwt {
  readonly header: Fields
  /** Absent: they are encrypted (RFC 7516). */
  readonly claims?: Fields
}

const fieldsIn = (part: string | undefined): Fields | undefined => {
  if (!part || !/^[\w-]+$/.test(part)) return undefined
  try {
    const read: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(base64urlBytes(part)))
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Fields) : undefined
  } catch {
    return undefined
  }
}

/** What is in a token if it is a JWT; `undefined` if it is opaque. */
export const readJwt = (token: string): ReadJwt | undefined => {
  const parts = token.split('.')
  const header = fieldsIn(parts[0])
  if (!header || typeof header['alg'] !== 'string') return undefined
  if (parts.length === 5) return { header }
  const claims = fieldsIn(parts[1])
  return parts.length === 3 && claims ? { header, claims } : undefined
}
