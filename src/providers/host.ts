import { OAuthError } from '../core/errors.js'

/**
 * A part of a path, such as a realm, as it is in a URL; or a typed error for what would lead out of its place there.
 */
export const segmentOf = (text: string, name: string): string => {
  if (typeof text !== 'string' || /^\.{0,2}$/.test(text)) {
    throw new OAuthError('invalid_argument', `${name} must be set, and no . or ..`)
  }
  return encodeURIComponent(text)
}

/** A host as it is given to a preset, or a typed error: lower case, without scheme and path. */
export const hostOf = (host: string, name: string): string => {
  if (!URL.canParse(`https://${host}/`) || new URL(`https://${host}/`).host !== host) {
    throw new OAuthError('invalid_argument', `${name} must be a lower-case host name, without https:// and path`)
  }
  return host
}
