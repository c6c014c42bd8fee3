import type { Outcome, Persistence } from './cell.js'
import { type FaultRow, faultRows } from './fault-rows.js'

/** What goes wrong, in a few words. */
const kinds = {
  late: 'late, but within 10 s',
  silent: 'silence, or later than 10 s',
  lost: 'the connection is lost',
  busy: 'too busy: 429, 503',
  away: 'too busy for the next hour',
  broken: 'broken: 500',
  unreached: 'its gateway does not reach it: 502, 504',
  denied: 'refused: an empty 400, `invalid_grant`, `invalid_request`',
  refused: 'refused otherwise: 4xx',
  redirected: 'redirected',
  unreadable: 'a page, half an answer, or one that lacks something',
  odd: 'odd, but readable',
  demanding: 'asks for a DPoP nonce, or for patience',
  forged: 'forged, mixed up, or signed by a key that is gone',
  ended: 'the access token is no good, from the start',
  unrotated: 'the refresh token is no good, from the start',
  skewed: 'the clock is wrong',
} as const

type Kind = keyof typeof kinds

const kindOfStatus = (status: number): Kind => {
  if (status === 429 || status === 503) return 'busy'
  if (status >= 500) return status === 500 ? 'broken' : 'unreached'
  return status >= 400 ? 'refused' : 'unreadable'
}

const kindOfError = (error: string, status: number): Kind => {
  if (/^(authorization_pending|slow_down)$/.test(error)) return 'demanding'
  if (/^invalid_(grant|request)$/.test(error)) return 'denied'
  return error === 'server_error' ? 'broken' : kindOfStatus(status)
}

const kindOfField = (name: string, changed: unknown): Kind => {
  if (name === 'refresh_token') return 'unrotated'
  if (/^(issuer|resource|sub|token_endpoint|keys)$/.test(name) && changed !== undefined) return 'forged'
  const isNeeded =
    /^(access_token|token_type|device_code|request_uri|active|client_id|sub|token_endpoint|keys|id_token)$/
  return isNeeded.test(name) ? 'unreadable' : 'odd'
}

const kindOf = ({ fault }: FaultRow): Kind | undefined => {
  switch (fault.type) {
    case 'none':
      return undefined
    case 'delay':
    case 'late_answer':
      return fault.ms < 10_000 ? 'late' : 'silent'
    case 'drip':
      return fault.bytes ? 'late' : 'silent'
    case 'hang':
      return 'silent'
    case 'reset':
      return 'lost'
    case 'status':
      if (fault.retryAfter === 3600) return 'away'
      return fault.status === 400 ? 'denied' : kindOfStatus(fault.status)
    case 'page':
      return kindOfStatus(fault.status ?? 502)
    case 'error':
      return kindOfError(fault.error, fault.status ?? 400)
    case 'error_in_200':
      return kindOfError(fault.error, 400)
    case 'truncated':
      return 'unreadable'
    case 'oversized':
      return fault.bytes ? 'late' : 'unreadable'
    case 'fields':
      return Object.entries(fault.fields).map((field) => kindOfField(...field))[0]
    case 'duplicate_keys':
      return 'access_token' in fault.fields ? 'ended' : 'expires_in' in fault.fields ? 'odd' : 'forged'
    case 'headers':
    case 'byte_order_mark':
    case 'form_encoded':
      return 'odd'
    case 'redirect':
      return 'redirected'
    case 'lost_rotation':
      return 'unrotated'
    case 'expired_early':
      return fault.token === 'refresh_token' ? 'unrotated' : 'ended'
    case 'id_token':
    case 'wrong_issuer':
    case 'tampered_callback':
    case 'revoked_keys':
      return 'forged'
    case 'nonce_demanded':
      return 'demanding'
    case 'clock_skew':
      return 'skewed'
    case 'token_refused':
    case 'insufficient_scope':
      return 'refused'
  }
}

interface Situation {
  readonly name: string
  /** The heading that tells more of it. */
  readonly heading: string
  readonly columns: readonly string[]
}

const situations: readonly Situation[] = [
  { name: 'a service starts', heading: 'grants-of-the-clients-own', columns: ['source, no token yet'] },
  { name: 'a service runs', heading: 'grants-of-the-clients-own', columns: ['source, token in hand'] },
  { name: 'a user logs in', heading: 'grants-with-a-user', columns: ['code, ID token', 'code, DPoP', 'a login'] },
  { name: 'a device waits', heading: 'grants-with-a-user', columns: ['device code'] },
  { name: 'a session runs', heading: 'sessions', columns: ['token in hand', 'shared, token in hand'] },
  {
    name: 'a session wakes, its token expired',
    heading: 'sessions',
    columns: ['no token left', 'shared, no token left', 'DPoP, no token left', 'ID token validated, no token left'],
  },
  { name: 'an API is called', heading: 'calls-of-an-api', columns: ['GET', 'GET with DPoP'] },
]

/** What a program is to do: nothing, something with an error, or with its user. */
const burdens = ['goes on', 'goes on, then log in', 'fails', 'fails, then log in', 'log in'] as const

type Burden = (typeof burdens)[number]

const burdenOf = ({ word, afterwards = '' }: Outcome): Burden => {
  if (word === '`session_ended`' || word === '`session_uncertain`') return 'log in'
  const isGoingOn = word === 'good' || word === 'stale'
  if (!/session_(ended|uncertain)/.test(afterwards)) return isGoingOn ? 'goes on' : 'fails'
  return isGoingOn ? 'goes on, then log in' : 'fails, then log in'
}

const inWords = (met: readonly Burden[]): string =>
  burdens
    .filter((burden) => met.includes(burden))
    .join(' or ')
    .replace(/(goes on|fails) or \1, then/, '$1, perhaps then')

/** The kinds of faults by what a program is doing: what becomes of it, from the least that may happen to the most. */
export const summaryOf = (seen: readonly Outcome[]): readonly (readonly string[])[] => {
  const kindOfRow = new Map(
    Object.values(faultRows)
      .flat()
      .map((row) => [row.name, kindOf(row)]),
  )
  const told = (outcomes: readonly Outcome[], persistence: Persistence): string => {
    const isMet = ({ row, column }: Outcome) =>
      outcomes.some((one) => one.row === row && one.column === column && one.persistence === 'always')
    const met = outcomes.filter((one) => one.persistence === persistence || !isMet(one))
    return inWords(met.map(burdenOf))
  }
  const cell = (kind: string, { columns }: Situation): string => {
    const outcomes = seen.filter(({ row, column }) => kindOfRow.get(row) === kind && columns.includes(column))
    return [...new Set([told(outcomes, 'once'), told(outcomes, 'always')])].join(' → ') || ' '
  }
  return [
    ['what the server does', ...situations.map(({ name, heading }) => `[${name}](#${heading})`)],
    ...Object.entries(kinds).map(([kind, name]) => [name, ...situations.map((one) => cell(kind, one))]),
  ]
}
