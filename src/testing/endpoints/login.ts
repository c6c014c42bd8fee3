import { redirectAnswer } from '../answers.js'
import { type Decision, decisionOf, explained, type Pages, shown } from '../browser/interaction.js'
import { nobody, sessionOf } from '../browser/session.js'
import type { Interaction, Login, MockContext, RedirectableRequest } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { AuthorizationError, type CheckedRequest, checkedRequest } from './authorization-request.js'
import { approve, parametersOf, redirectableRequest, sentBack, suffices } from './authorize.js'

/** What has to be seen and said before a code is given. */
interface Step {
  readonly checked: CheckedRequest
  /** Who is logged in, where that will do. */
  readonly user: string | undefined
  /** Why somebody has to log in, where somebody is. */
  readonly reasons: readonly string[]
}

/** What a user approves, item by item. */
const itemsOf = ({ scope, target: { resources = [], details = [] } }: CheckedRequest): readonly string[] => [
  'access',
  ...(scope === 'all' ? ['all'] : scope.map((name) => `scope ${name}`)),
  ...resources.map((resource) => `resource ${resource}`),
  ...details.map((detail) => `detail ${JSON.stringify(detail)}`),
]

const approvalsOf = ({ state }: MockContext, clientId: string, user: string): Set<string> => {
  const key = JSON.stringify([clientId, user])
  const approvals = state.approvals.get(key) ?? new Set()
  state.approvals.set(key, approvals)
  return approvals
}

const reasonsOf = (checked: CheckedRequest, isSufficient: boolean, prompts: readonly string[]): readonly string[] => {
  const { parameters, maxAge } = checked
  if (prompts.includes('login')) return ['The client wants you to log in again.']
  if (isSufficient) return []
  return [
    ...(maxAge === undefined ? [] : [`The client wants a login that is no older than ${maxAge} seconds.`]),
    ...(parameters.has('acr_values') ? ['The client wants a login of a certain strength.'] : []),
  ]
}

/** @returns nothing where a user who is logged in has approved all of it before. */
const stepOf = (context: MockContext, { client, parameters: all }: RedirectableRequest, login: Login) => {
  const checked = checkedRequest(context, client, all)
  const { prompts } = checked
  const isSufficient = suffices(context, checked, login)
  const mustLogIn = !isSufficient || prompts.includes('login') || prompts.includes('select_account')
  const user = mustLogIn ? undefined : login.user
  const approvals = user === undefined ? new Set() : approvalsOf(context, client.clientId, user)
  const mustAsk = prompts.includes('consent') || !itemsOf(checked).every((item) => approvals.has(item))
  if (user !== undefined && !mustAsk) return undefined
  // OpenID Connect Core §3.1.2.6.
  if (prompts.includes('none')) {
    throw user === undefined
      ? new AuthorizationError('login_required', 'nobody is logged in')
      : new AuthorizationError('consent_required', 'the user has not approved this yet')
  }
  return { checked, user, reasons: reasonsOf(checked, isSufficient, prompts) } satisfies Step
}

const consentPage = (
  request: ReceivedRequest,
  context: MockContext,
  asked: RedirectableRequest,
  { checked, user, reasons }: Step,
  pages: Pages,
  problem?: string,
): Promise<Response> =>
  shown(request, context, asked, (interaction, { login }) =>
    pages.consentPage({
      ...{ action: request.url.pathname, interaction, user, reasons, problem },
      ...{ clientId: asked.client.clientId, clientName: asked.client.clientName, redirectUri: asked.redirectUri },
      ...{ scope: checked.scope, target: checked.target, suggested: login.user ?? 'user' },
      acrValues: checked.parameters.get('acr_values')?.split(' ').filter(Boolean) ?? [],
    }),
  )

/** Checks all that can be checked, and asks the user only then. */
const begin = (request: ReceivedRequest, context: MockContext, pages: Pages): Response | Promise<Response> => {
  const asked = redirectableRequest(request, context)
  const { login } = sessionOf(request, context) ?? { login: nobody() }
  return sentBack(context, asked, () => {
    const step = stepOf(context, asked, login)
    return step ? consentPage(request, context, asked, step, pages) : approve(context, asked, {}, login)
  })
}

const isRequest = (about: Interaction['about']): about is RedirectableRequest => 'redirectUri' in about

const approved = (
  context: MockContext,
  asked: RedirectableRequest,
  { form, user, session: { login } }: Decision<RedirectableRequest>,
): string => {
  const acr = form.get('acr')
  // A name that was typed in is a login, whoever was logged in before.
  const code = approve(
    context,
    asked,
    user === undefined ? {} : { user, session: false, ...(acr !== null && { acr }) },
    login,
  )
  const approvals = approvalsOf(context, asked.client.clientId, `${login.user}`)
  for (const item of itemsOf(checkedRequest(context, asked.client, asked.parameters))) approvals.add(item)
  return code
}

const decide = async (request: ReceivedRequest, context: MockContext, pages: Pages): Promise<Response> => {
  const decision = decisionOf(request, context, isRequest)
  const { id, about: asked, session, form, user } = decision
  const { state } = context
  const kind = form.get('decision')
  const again = (step: Step, problem?: string) => consentPage(request, context, asked, step, pages, problem)
  state.interactions.delete(id)
  const work = () => {
    if (kind === 'refuse') throw new AuthorizationError('access_denied', 'the user did not approve')
    const checked = checkedRequest(context, asked.client, asked.parameters)
    if (kind === 'switch') return again({ checked, user: undefined, reasons: [] })
    if (user === '') return again({ checked, user: undefined, reasons: [] }, 'A name is needed to log in.')
    const step = user === undefined ? stepOf(context, asked, session.login) : undefined
    // The login has become too old before the page.
    if (step && step.user === undefined) return again(step)
    return approved(context, asked, decision)
  }
  // RFC 9700 §4.12: a form that was sent to the server is not sent on to the client.
  return sentBack(context, asked, work, 303)
}

/** The authorization endpoint (RFC 6749 §3.1) for a person at a page. */
export const logIn = (request: ReceivedRequest, context: MockContext, pages: Pages): Promise<Response> =>
  explained(() => {
    const form = new URLSearchParams(request.body)
    const isPosted = request.method === 'POST'
    if (isPosted && form.has('interaction') && !form.has('client_id')) return decide(request, context, pages)
    // A browser brings no cookie with a form of another site: with the GET that follows, it does.
    if (isPosted && !sessionOf(request, context))
      return redirectAnswer(`${request.url.pathname}?${parametersOf(request)}`, 303)
    return begin(request, context, pages)
  }, pages)
