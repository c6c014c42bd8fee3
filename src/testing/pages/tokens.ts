import type {
  AccessToken,
  AuthorizationCode,
  DeviceCode,
  Grant,
  GrantedScope,
  MockContext,
  RefreshToken,
} from '../state.js'
import { isRotatedAway } from '../tokens/token-flaw.js'
import { type Html, html, type Part } from './html.js'
import { table } from './table.js'

/** Of each kind. */
const most = 25

/** Enough of a token to tell it from others, and not enough to use it. */
const tailOf = (token: string): string => `…${token.slice(-4)}`

/** How a token stands, and until when. */
interface Standing {
  readonly isGood: boolean
  readonly text: string
}

const ended = (text: string): Standing => ({ isGood: false, text })

const spanOf = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000)
  if (seconds < 120) return `${seconds} s`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`
}

const lives = (expiresAt: number | undefined, now: number): Standing => {
  if (expiresAt !== undefined && now >= expiresAt) return ended('expired')
  const isEndless = expiresAt === undefined || expiresAt === Number.POSITIVE_INFINITY
  return { isGood: true, text: isEndless ? 'without end' : `ends in ${spanOf(expiresAt - now)}` }
}

const accessStanding = ({ grant, revoked, expiresAt }: AccessToken, now: number): Standing =>
  revoked || grant.revoked ? ended('revoked') : lives(expiresAt, now)

const usedStanding = ({ grant, used, expiresAt }: RefreshToken | AuthorizationCode, now: number): Standing => {
  if (grant.revoked) return ended('revoked')
  return used ? ended('used') : lives(expiresAt, now)
}

const deviceStanding = ({ grant, used, decision, expiresAt }: DeviceCode, now: number): Standing => {
  if (grant.revoked) return ended('revoked')
  if (used) return ended('used')
  if (decision && 'error' in decision) return ended('refused')
  const { isGood, text } = lives(expiresAt, now)
  return { isGood, text: isGood ? `${decision ? 'approved' : 'waits for its user'}, ${text}` : text }
}

const rowsOf = <Held extends { readonly grant: Grant; readonly scope?: GrantedScope }>(
  kind: string,
  held: ReadonlyMap<string, Held>,
  standingOf: (one: Held) => Standing,
): readonly (readonly Part[])[] =>
  [...held]
    .slice(-most)
    .reverse()
    .map(([value, one]) => {
      const { grant, scope = grant.scope } = one
      const { isGood, text } = standingOf(one)
      return [
        html`${kind} <code>${tailOf(value)}</code>`,
        html`<bdi>${grant.clientId}</bdi>`,
        grant.subject !== undefined && html`<bdi>${grant.subject}</bdi>`,
        scope === 'all' ? 'all' : scope.join(' '),
        html`<span class="${isGood ? 'good' : 'bad'}">${text}</span>`,
      ]
    })

/** What was issued, and how it stands. */
export const tokens = (context: MockContext): Html => {
  const { accessTokens, refreshTokens, codes, deviceCodes } = context.state
  const now = context.clock.now()
  const rows = [
    ...rowsOf('access token', accessTokens, (one) => accessStanding(one, now)),
    ...rowsOf('refresh token', refreshTokens, (one) =>
      usedStanding({ ...one, used: isRotatedAway(context, one) }, now),
    ),
    ...rowsOf('code', codes, (one) => usedStanding(one, now)),
    ...rowsOf('device code', deviceCodes, (one) => deviceStanding(one, now)),
  ]
  const all = accessTokens.size + refreshTokens.size + codes.size + deviceCodes.size
  if (all === 0) return html`<p class="quiet">Nothing was issued yet.</p>`
  const columns = [{ name: 'Token' }, { name: 'Client' }, { name: 'User' }, { name: 'Scope' }, { name: 'State' }]
  const caption =
    rows.length < all
      ? `The last ${most} of each kind, of ${all} in all`
      : `${all} in all, the newest of each kind first`
  return table(`${caption}. Only their last characters are shown.`, columns, rows)
}
