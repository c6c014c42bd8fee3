import { type Decision, decisionOf, explained, type Pages, shown } from '../browser/interaction.js'
import { methodNotAllowed } from '../refusal.js'
import type { DeviceCode, Interaction, MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { undecidedCode } from './device-authorization.js'

/** How the user comes to be known: by the login that there is, or by a name that is asked for. */
interface Asking {
  readonly anew?: boolean
  readonly problem?: string
}

const devicePage = (
  request: ReceivedRequest,
  context: MockContext,
  code: DeviceCode,
  pages: Pages,
  { anew = false, problem }: Asking = {},
): Promise<Response> =>
  shown(request, context, code, (interaction, { login }) => {
    const { clientId, scope, target = {} } = code.grant
    const { clientName } = context.clients.get(clientId) ?? {}
    const user = anew ? undefined : login.user
    return pages.devicePage({
      ...{ action: request.url.pathname, interaction, userCode: code.userCode, problem },
      ...{ clientId, clientName, scope, target, user, suggested: login.user ?? 'user', reasons: [], acrValues: [] },
    })
  })

const unknownCode = ({ url }: ReceivedRequest, typed: string, pages: Pages): Response =>
  pages.userCodePage(url.pathname, typed, 'This code is unknown, has expired or was used.')

const ask = (request: ReceivedRequest, context: MockContext, pages: Pages): Response | Promise<Response> => {
  const { pathname, searchParams } = request.url
  const typed = searchParams.get('user_code')
  if (typed === null) return pages.userCodePage(pathname, '')
  const code = undecidedCode(context, typed)
  return code ? devicePage(request, context, code, pages) : unknownCode(request, typed, pages)
}

const isDevice = (about: Interaction['about']): about is DeviceCode => 'userCode' in about

const approve = (context: MockContext, { about: code, session: { login }, user }: Decision<DeviceCode>): void => {
  if (user !== undefined) Object.assign(login, { user, loggedInAt: context.clock.now(), acr: undefined })
  code.decision = { subject: `${login.user}`, authenticatedAt: login.loggedInAt }
}

const decide = (request: ReceivedRequest, context: MockContext, pages: Pages): Response | Promise<Response> => {
  const decision = decisionOf(request, context, isDevice)
  const { id, about: code, form, user, session } = decision
  const kind = form.get('decision')
  context.state.interactions.delete(id)
  // Somebody may have decided elsewhere, or too much time has passed.
  if (!undecidedCode(context, code.userCode)) return unknownCode(request, code.userCode, pages)
  if (kind === 'refuse') {
    code.decision = { error: 'access_denied' }
    return pages.notice(200, 'You refused', 'The device gets no access. You can close this page.')
  }
  if (kind === 'switch') return devicePage(request, context, code, pages, { anew: true })
  if (user === '') {
    return devicePage(request, context, code, pages, { anew: true, problem: 'A name is needed to log in.' })
  }
  if (user === undefined && session.login.user === undefined) return devicePage(request, context, code, pages)
  approve(context, decision)
  return pages.notice(200, 'Approved', 'Go on at your device. You can close this page.')
}

/** The page that the user of a device goes to (RFC 8628 §3.3). */
export const verification = (request: ReceivedRequest, context: MockContext, pages: Pages): Promise<Response> =>
  explained(() => {
    if (request.method === 'POST') return decide(request, context, pages)
    if (request.method !== 'GET') throw methodNotAllowed('GET, POST')
    return ask(request, context, pages)
  }, pages)
