import { base64url, randomBytes } from '../crypto/base64url.js'
import { unredirected } from '../endpoints/authorization-request.js'
import { Refusal } from '../refusal.js'
import type { Interaction, MockContext } from '../state.js'
import { isPast } from '../tokens/issuance.js'
import type { ReceivedRequest } from '../ways/received-request.js'
import { isSentByOtherPage } from './origin.js'
import { type BrowserSession, newSession, sessionOf, withSession } from './session.js'

/** What the pages are made with: in a file of its own, because a mock that shows none needs none. */
export type Pages = typeof import('../pages/pages.js')

export const loadPages = (): Promise<Pages> => import('../pages/pages.js')

/** Seconds that a person has for a page. */
const patience = 3600

/** Begins to wait for what the person says in whose browser a page is shown. */
export const shown = async (
  request: ReceivedRequest,
  context: MockContext,
  about: Interaction['about'],
  render: (interaction: string, session: BrowserSession) => Response,
): Promise<Response> => {
  const session = sessionOf(request, context) ?? newSession(context)
  const id = base64url(randomBytes(24))
  const expiresAt = context.clock.now() + patience * 1000
  context.state.interactions.set(id, { browser: session.id, expiresAt, about })
  return withSession(render(id, session), session, request.url)
}

export interface Decision<About> {
  readonly id: string
  readonly about: About
  readonly session: BrowserSession
  readonly form: URLSearchParams
  /** The name that was typed in. Absent: there was nothing to type one into. */
  readonly user: string | undefined
}

/** Reads the form of a page that was shown: to this browser, not long ago, and not decided on since. */
export const decisionOf = <About extends Interaction['about']>(
  request: ReceivedRequest,
  context: MockContext,
  isAbout: (about: Interaction['about']) => about is About,
): Decision<About> => {
  if (isSentByOtherPage(request)) throw unredirected('the form was sent by a page of another site')
  const form = new URLSearchParams(request.body)
  const id = form.get('interaction') ?? ''
  const session = sessionOf(request, context)
  const { browser, expiresAt, about } = context.state.interactions.get(id) ?? {}
  if (!session || browser !== session.id || !about || !isAbout(about) || isPast(context, expiresAt)) {
    throw unredirected('the page was used before, is too old, or was shown in another browser: begin anew')
  }
  return { id, about, session, form, user: form.get('user')?.trim() }
}

/** Shows a refusal to the person whose browser it is, as a page like the others. */
export const explained = async (work: () => Response | Promise<Response>, pages: Pages): Promise<Response> => {
  try {
    return await work()
  } catch (refused) {
    if (!(refused instanceof Refusal) || !refused.answer.headers.get('content-type')?.startsWith('text/html'))
      throw refused
    throw new Refusal(refused.message, pages.notice(refused.answer.status, 'This request is refused', refused.message))
  }
}
