import { OAuthError } from '../core/errors.js'
import type { DoorContext } from './context.js'
import type { Answer } from './message.js'
import { send } from './requests.js'

const mostRedirects = 3

/**
 * Reads a public document by GET. Nothing secret is in such a request, so a redirect is followed, but only on the same
 * origin: it is the origin whose word the document is.
 * @throws {OAuthError} `redirect_refused` for any other redirect, and in a page, which is not told where one leads.
 */
export const readDocument = async (
  context: DoorContext,
  first: string,
  signal: AbortSignal | undefined,
): Promise<Answer> => {
  let url = first
  for (let redirects = 0; ; redirects++) {
    const headers = new Headers({ accept: 'application/json' })
    const write = async () => ({ url, headers, seesRedirects: true })
    const answer = await send(context, write, { signal, singleUse: false })
    const { status } = answer
    if (status < 300 || status >= 400) return answer
    const location = URL.parse(answer.headers.get('location') ?? 'about:blank', url)
    const isElsewhere = location?.origin !== new URL(url).origin || location.username || location.password
    if (redirects === mostRedirects || isElsewhere) {
      throw new OAuthError('redirect_refused', 'the document redirects elsewhere: name its final URL', { status })
    }
    url = location.href
  }
}
