import { OAuthError } from '../core/errors.js'

/** A host as it is given to a preset, or a typed error: lower case, without scheme and path. */
export const hostOf = (host: string, name: string): string => {
  if (!URL.canParse(`https://${host}/`) || new URL(`https://${host}/`).host !== host) {
    throw new OAuthError('invalid_argument', `${name} must be a lower-case host name, without https:// and path`)
  }
  return host
}
