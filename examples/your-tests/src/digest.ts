import { OAuthError } from 'bearward'
import type { Firms } from './firms.ts'

/** What there is to be told of a firm this morning. */
export type Digest =
  | { readonly firm: string; readonly state: 'ready'; readonly matters: readonly string[] }
  /** Somebody of the firm must connect its account again. */
  | { readonly firm: string; readonly state: 'reconnect' }
  /** Nothing could be had just now. The account is connected still. */
  | { readonly firm: string; readonly state: 'later' }

/** Reads the open matters of a firm. */
export const digestOf = async (firms: Firms, firm: string): Promise<Digest> => {
  try {
    const answer = await firms.call(firm, '/matters?status=open')
    if (!answer.ok) return { firm, state: 'later' }
    const matters = (await answer.json()) as readonly { readonly title: string }[]
    return { firm, state: 'ready', matters: matters.map(({ title }) => title) }
  } catch (error) {
    const isOver = error instanceof OAuthError && /^session_/.test(error.code)
    return { firm, state: isOver ? 'reconnect' : 'later' }
  }
}
