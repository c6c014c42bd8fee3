import { OAuthError } from '../../core/errors.js'
import type { AuthorizationServer } from '../../core/server.js'
import { pageAnswer, redirectAnswer } from '../answers.js'
import { discoveryPaths } from '../endpoints/discovery.js'
import { formatFault } from '../faults/notation.js'
import type { FaultScript } from '../faults/script.js'
import type { MockEndpoint, MockRequest } from '../journal.js'
import type { MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { loadPages } from './interaction.js'
import { isSentByOwnPage, ownOrigin } from './origin.js'

/** All that the page about a mock is made of. */
export interface Overview {
  readonly context: MockContext
  readonly script: FaultScript
  readonly requests: readonly MockRequest[]
  readonly routes: ReadonlyMap<string, MockEndpoint>
  readonly profile: string | undefined
}

interface Mistake {
  readonly typed: string
  readonly problem: string
}

/** Whether the page is asked for, or one of its forms was sent: not where a service has something else. */
export const isOverview = ({ method, url, body }: ReceivedRequest, { routes }: Pick<Overview, 'routes'>): boolean => {
  if (url.pathname !== '/' || routes.has('/')) return false
  return method === 'GET' || method === 'HEAD' || (method === 'POST' && new URLSearchParams(body).has('action'))
}

const show = async (
  { url }: ReceivedRequest,
  { context, script, requests, routes, profile }: Overview,
  { issuer }: AuthorizationServer,
  mistake?: Mistake,
): Promise<Response> => {
  const [, discovery] = issuer === undefined ? [] : discoveryPaths({ ...context.server, issuer })
  const { overviewPage } = await loadPages()
  return overviewPage({
    ...{ profile, issuer, requests, context },
    discovery: discovery && `${url.origin}${discovery}`,
    endpoints: [...routes].map(([path, name]) => [name, `${url.origin}${path}`]),
    clients: [...context.clients.values()],
    faults: [...script.entries].map((entry) => ({ ...entry, notation: formatFault(entry.scripted) })),
    ...(mistake && { mistake }),
  })
}

/** Does what a form of the page asks for. @returns what was wrong with it, if anything was. */
const change = (form: URLSearchParams, script: FaultScript): Mistake | undefined => {
  const action = form.get('action')
  const entry = [...script.entries].find(({ id }) => id === form.get('id'))
  if (action === 'clear') script.clear()
  if (entry && action === 'remove') script.remove(entry)
  if (entry && (action === 'pause' || action === 'resume')) entry.paused = action === 'pause'
  if (action !== 'add') return undefined
  const typed = form.get('notation') ?? ''
  try {
    script.add(typed)
    return undefined
  } catch (mistake) {
    if (!(mistake instanceof OAuthError)) throw mistake
    return { typed, problem: mistake.message }
  }
}

/** The page about the mock. It is for the person at this machine: it is shown and obeyed at loopback alone. */
export const overview = async (
  request: ReceivedRequest,
  all: Overview,
  server: AuthorizationServer,
): Promise<Response> => {
  if (ownOrigin(request) === undefined) return pageAnswer(403, 'this page is shown at a loopback address alone')
  if (request.method !== 'POST') return show(request, all, server)
  if (!isSentByOwnPage(request)) return pageAnswer(403, 'the form was sent by a page of another site')
  const mistake = change(new URLSearchParams(request.body), all.script)
  return mistake ? show(request, all, server, mistake) : redirectAnswer('/#faults', 303)
}
