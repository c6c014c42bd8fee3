import { OAuthError } from '../core/errors.js'

/**
 * Loopback may go without https, but a document that came over https must not lead there: it could have us ask what
 * listens on our own machine, or send it our secrets.
 * @throws {OAuthError} `insecure_url` where it would lead from https to plain `http`.
 */
export const assertNoDescent = (from: URL, to: URL, name: string, allowInsecureRequests: boolean): void => {
  if (!allowInsecureRequests && from.protocol === 'https:' && to.protocol !== 'https:') {
    throw new OAuthError('insecure_url', `${name} must be https, as the document is that names it`)
  }
}
