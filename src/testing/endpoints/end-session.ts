import { pageAnswer, redirectAnswer } from '../answers.js'
import { explained, type Pages } from '../browser/interaction.js'
import { sessionOf } from '../browser/session.js'
import { methodNotAllowed } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'
import { ownIdToken } from '../tokens/id-token.js'
import { hasRepeated, isForm, type Parameters, presentOf, type ReceivedRequest } from '../ways/received-request.js'
import { unredirected } from './authorization-request.js'

/** RP-Initiated Logout §2. */
const parametersOf = ({ method, url, headers, body }: ReceivedRequest): Parameters => {
  if (method !== 'GET' && method !== 'POST') throw methodNotAllowed('GET, POST')
  if (method === 'POST' && !isForm(headers.get('content-type'))) {
    throw unredirected('the body must be an application/x-www-form-urlencoded form')
  }
  const parameters = method === 'GET' ? url.searchParams : new URLSearchParams(body)
  if (hasRepeated(parameters)) throw unredirected('a parameter is repeated')
  return presentOf(parameters)
}

/** Whom the ID token of a logout was for: one that this server has signed, which may have expired long ago (§4). */
const audienceOf = async (idToken: string, context: MockContext): Promise<readonly unknown[]> => {
  const claims = await ownIdToken(idToken, context)
  if (typeof claims === 'string') throw unredirected('id_token_hint is no ID token of this server').because(claims)
  return [claims['aud']].flat()
}

/** The end-session endpoint (OpenID Connect RP-Initiated Logout §2), where the user says yes to being logged out. */
export const endSession: Endpoint = async (request, context) => {
  const { clients, state } = context
  const parameters = parametersOf(request)
  const idToken = parameters.get('id_token_hint')
  const audience = idToken === undefined ? [] : await audienceOf(idToken, context)
  const clientId = parameters.get('client_id') ?? audience[0]
  if (idToken !== undefined && !audience.includes(clientId))
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
