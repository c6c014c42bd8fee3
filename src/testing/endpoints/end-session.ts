import { pageAnswer, redirectAnswer } from '../answers.js'
import { explained, type Pages } from '../browser/interaction.js'
import { sessionOf } from '../browser/session.js'
import { methodNotAllowed } from '../refusal.js'
import type { Endpoint } from '../state.js'
import { presentOf } from '../ways/received-request.js'
import { unredirected } from './authorization-request.js'

interface Hint {
  readonly iss?: string
  readonly aud?: string | readonly string[]
}

/** What an ID token says, which may have expired long ago (RP-Initiated Logout §4). */
const readHint = (idToken: string): Hint => {
  try {
    const [, claims = ''] = idToken.split('.')
    return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/')))
  } catch {
    return {}
  }
}

/** The end-session endpoint (OpenID Connect RP-Initiated Logout §2), where the user says yes to being logged out. */
export const endSession: Endpoint = (request, context) => {
  const { method, url, body } = request
  const { server, clients, state } = context
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed('GET, POST')
  const parameters = presentOf(method === 'GET' ? url.searchParams : new URLSearchParams(body))
  const idToken = parameters.get('id_token_hint')
  const audience =
    idToken === undefined ? [] : [readHint(idToken)].flatMap(({ iss, aud = [] }) => (iss === server.issuer ? aud : []))
  if (idToken !== undefined && !audience.length) throw unredirected('id_token_hint is no ID token of this server')
  const clientId = parameters.get('client_id') ?? audience[0]
  if (idToken !== undefined && !audience.includes(`${clientId}`))
    throw unredirected('client_id is not whom the ID token is for')
  const client = clients.get(`${clientId}`)
  if (clientId !== undefined && !client) throw unredirected('client_id is unknown')
  const target = parameters.get('post_logout_redirect_uri')
  // §3: nobody is sent to where no client has registered.
  if (target !== undefined && !client?.postLogoutRedirectUris?.includes(target)) {
    throw unredirected('post_logout_redirect_uri is not registered')
  }
  for (const login of [state, sessionOf(request, context)?.login]) if (login) login.user = undefined
  if (target === undefined) return pageAnswer(200, 'you are logged out')
  const back = new URL(target)
  const echoed = parameters.get('state')
  if (echoed !== undefined) back.searchParams.set('state', echoed)
  return redirectAnswer(back.href)
}

/** The same for a person, who is told by a page like the others. */
export const leave = (work: () => Response | Promise<Response>, pages: Pages): Promise<Response> =>
  explained(async () => {
    const answer = await work()
    if (answer.status !== 200) return answer
    return pages.notice(200, 'You are logged out', 'Nobody is logged in in this browser any more.')
  }, pages)
