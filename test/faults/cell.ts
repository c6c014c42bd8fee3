import { OAuthError, type TokenEvent } from '../../src/index.js'
import type { MockFault, MockRequest } from '../../src/testing/index.js'
import { visible } from '../fixtures/visible.js'
import type { Column, GoodEnd, Trial } from './columns.js'
import type { FaultRow } from './fault-rows.js'
import type { Heard, HeardAnswer } from './heard.js'
import { Hang, settled } from './settling.js'
import { type SentAgain, sentAgain } from './wire.js'
import type { World } from './world.js'

/** How often the fault hits: the first request, or every one. */
export type Persistence = 'once' | 'always'

export interface Outcome {
  readonly column: string
  readonly fault: MockFault['type']
  readonly row: string
  readonly persistence: Persistence
  /** What callers got while the fault was there, in a word. */
  readonly word: string
  /** How many requests went to the endpoint. */
  readonly requests: number
  /** What they got once it was gone, where that was a failure. */
  readonly afterwards?: string
  readonly sentAgain: readonly SentAgain[]
  /** What must not be, each in a sentence. */
  readonly breaches: readonly string[]
}

type End = GoodEnd | Error

const endOf = async (world: World, attempt: () => Promise<GoodEnd>, withinMs: number): Promise<End> => {
  try {
    return await settled(world.clock, attempt(), withinMs)
  } catch (failure) {
    return failure instanceof Error ? failure : new Error(`${failure}`)
  }
}

const wordOf = (end: End, { isPlainFetch }: Column): string => {
  if (typeof end === 'string') return end.startsWith('answer') ? `the ${end.slice(7)}` : end
  if (end instanceof OAuthError) {
    const isSaid = end.code === 'error_response' || end.code === 'authorization_refused'
    return isSaid ? `\`${end.code}\`: \`${end.error}\`` : `\`${end.code}\``
  }
  return isPlainFetch && /^(TypeError|AbortError)$/.test(end.name) ? `\`${end.name}\`` : `${end}`
}

const isTyped = (end: End, { isPlainFetch }: Column): boolean =>
  typeof end === 'string' || end instanceof OAuthError || (!!isPlainFetch && /^(TypeError|AbortError)$/.test(end.name))

/** Long enough for every pause that the documentation names, and for every token to expire. */
const overMs = 3_700_000

const isRefresh = ({ form }: Pick<MockRequest, 'form'>): boolean => form?.['grant_type'] === 'refresh_token'

/** What a server means by it that the refresh token is no good any more: so says the documentation. */
const isDefinitive = ([request, { status, text }]: readonly [MockRequest, HeardAnswer]): boolean =>
  isRefresh(request) && status < 500 && (/"invalid_(grant|request)"/.test(text) || (status === 400 && text === ''))

/** The answer that may have held the next refresh token did not come, or could not be read. */
const isLost = (request: MockRequest): boolean => isRefresh(request) && (request.status ?? 200) < 300

/** OpenID Connect Core §12.2: the refresh was answered with the tokens of another user. */
const isOfAnotherUser = (event: TokenEvent): boolean =>
  event.type === 'renewal_failed' && event.error instanceof OAuthError && event.error.code === 'invalid_id_token'

const endingBreaches = (ends: readonly End[], { heard, mock, events }: World): readonly string[] =>
  ends.flatMap((end) => {
    if (!(end instanceof OAuthError)) return []
    const isReason = [...heard.answers].some(isDefinitive) || events.some(isOfAnotherUser)
    if (end.code === 'session_ended' && !isReason) {
      return ['a session ended without a reason']
    }
    if (end.code === 'session_uncertain' && !mock.requests.some(isLost)) {
      return ['a session is uncertain though no answer was lost']
    }
    return []
  })

/** The parts of a secret that nothing may show; the header of a JWT is in every other one too. */
const partsOf = (secret: string): readonly string[] => {
  const from = secret.startsWith('eyJ') ? secret.indexOf('.') + 1 : 0
  return secret.slice(from).match(/.{12}/g) ?? [secret]
}

const leaks = (seen: unknown, { secrets }: Heard): readonly string[] => {
  const text = visible(seen)
  const told = [...secrets].filter((secret) => partsOf(secret).some((part) => text.includes(part)))
  return told.length > 0 ? ['a secret can be seen'] : []
}

/** Whether the server surely did nothing with it, or said that it is still good. */
const maySendAgain = ({ what, after }: SentAgain, { isSession }: Column): boolean => {
  if (after === 'a 429' || after === 'a demand for a nonce') return !/assertion|proof/.test(what)
  // RFC 8628 §3.5: a device asks until it has read an answer.
  if (what === 'device code') return after !== 'a success'
  // RFC 6749 §6: without a new one the old one stays; and what is refused, for now or for good, was not used up.
  if (what === 'refresh token' && isSession) return !/^(no answer|a success|a 200 that broke off)$/.test(after)
  return false
}

const againBreaches = (again: readonly SentAgain[], column: Column): readonly string[] => {
  const breaches = again.filter((one) => !maySendAgain(one, column))
  // Promise 2: once, where the server is known not to punish it.
  const isForgiven = column.isForgiving && breaches.length === 1 && breaches[0]?.what === 'refresh token'
  return isForgiven ? [] : breaches.map(({ what, after }) => `the ${what} was sent again after ${after}`)
}

const leftBehind = ({ heard, clock }: World): readonly string[] => [
  ...[...heard.held].map(({ status }) => `the body of a ${status} was neither read nor given up`),
  ...(clock.sleeping() > 0 ? ['somebody waits still'] : []),
]

const lastingBreaches = (afterwards: End, { isSession }: Column): readonly string[] => {
  if (afterwards === 'good') return []
  const isOver = afterwards instanceof OAuthError && /^session_(ended|uncertain)$/.test(afterwards.code)
  return isSession && isOver ? [] : [`it does not work when the fault is gone: ${afterwards}`]
}

/** Puts a fault before what is tried, and tells what came of it. */
export const cellOf = async (column: Column, row: FaultRow, persistence: Persistence): Promise<Outcome> => {
  const { world, ...trial }: Trial & { readonly world: World } = await column.begin()
  const { mock } = world
  const before = mock.requests.length
  const which = {
    times: persistence === 'once' ? 1 : Infinity,
    ...(column.grantType && { grantType: column.grantType }),
  }
  mock.fault(column.endpoint, row.fault, which)
  const end = await endOf(world, trial.attempt, column.withinMs)
  const requests = mock.requests.slice(before).filter(({ endpoint }) => endpoint === column.endpoint).length
  mock.clearFaults()
  await world.pass(overMs)
  const afterwards = await endOf(world, trial.afterwards, column.withinMs)
  const again = sentAgain(mock.requests, world.heard.answers)
  const ends = [end, afterwards]
  return {
    column: column.name,
    fault: row.fault.type,
    row: row.name,
    persistence,
    word: wordOf(end, column),
    requests,
    ...(afterwards !== 'good' && { afterwards: wordOf(afterwards, column) }),
    sentAgain: again,
    breaches: [
      ...ends.flatMap((one) => (one instanceof Hang ? [`it hangs: ${one.message}`] : [])),
      ...ends.flatMap((one) => (isTyped(one, column) ? [] : [`an error of no type: ${one}`])),
      ...(ends.includes('dead') && !row.isUnseen ? ['the token is of no use'] : []),
      ...endingBreaches(ends, world),
      ...againBreaches(again, column),
      ...lastingBreaches(afterwards, column),
      ...leftBehind(world),
      ...leaks([ends, world.events, world.made, trial.shown], world.heard),
    ],
  }
}
