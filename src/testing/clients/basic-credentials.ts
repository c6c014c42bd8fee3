import type { AuthorizationServer } from '../../core/server.js'

/** RFC 7617 §2, and RFC 6749 §2.3.1 where the server decodes a half once more. `undefined` if it cannot be. */
const decoded = (half: string, { basicEncoding }: AuthorizationServer): string | undefined => {
  try {
    const bytes = Uint8Array.from(half, (character) => character.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (/\p{Cc}/u.test(text)) return undefined
    return basicEncoding === 'raw' ? text : decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

/** The client and the secret of an Authorization header, as far as they can be read. */
export const readBasic = (authorization: string, server: AuthorizationServer): readonly (string | undefined)[] => {
  const encoded = authorization.match(/^basic +((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)$/i)?.[1]
  const pair = atob(encoded ?? '')
  const colon = pair.indexOf(':')
  if (colon < 0) return []
  return [pair.slice(0, colon), pair.slice(colon + 1)].map((half) => decoded(half, server))
}
