import type { MockContext } from '../state.js'

/** Who wants a nonce of its own (RFC 9449 §8, §9). */
export type Role = 'authorization-server' | 'resource'

const isConfigured = ({ dpop }: MockContext, role: Role): boolean => dpop.nonce === role || dpop.nonce === 'both'

/** The nonce that holds at a moment: it is told by the time, so that nothing need be remembered. */
const nonceAt = ({ dpop, nonceSeed, clock }: MockContext, role: Role, back: number): string =>
  `${role}-${nonceSeed}-${Math.floor(clock.now() / 1000 / (dpop.nonceLifetime ?? 60)) - back}`

/** The last nonce that a fault demanded, as long as none was sent that it demanded. */
const openDemand = ({ state }: MockContext, role: Role): string | undefined =>
  [...state.demandedNonces].findLast(([nonce, isSent]) => !isSent && nonce.startsWith(role))?.[0]

/** A nonce as a fault demands it, all of a sudden: no proof without it is taken until it was sent once. */
export const demandNonce = ({ state }: Pick<MockContext, 'state'>, role: Role): string => {
  const nonce = `${role}-${crypto.randomUUID()}`
  state.demandedNonces.set(nonce, false)
  return nonce
}

export const wantsNonce = (context: MockContext, role: Role): boolean =>
  isConfigured(context, role) || openDemand(context, role) !== undefined

/** Whether this server gave the nonce, and still takes it. */
export const isGoodNonce = (context: MockContext, role: Role, nonce: unknown): boolean => {
  const { demandedNonces } = context.state
  if (typeof nonce !== 'string' || !nonce.startsWith(role)) return false
  if (demandedNonces.has(nonce)) {
    for (const given of demandedNonces.keys()) if (given.startsWith(role)) demandedNonces.set(given, true)
    return true
  }
  if (!isConfigured(context, role)) return false
  return nonce === nonceAt(context, role, 0) || nonce === nonceAt(context, role, 1)
}

/** RFC 9449 §8.2, §9: told with each answer, so that the next proof has it. */
export const nonceHeader = (context: MockContext, role: Role): Readonly<Record<string, string>> =>
  wantsNonce(context, role) ? { 'dpop-nonce': openDemand(context, role) ?? nonceAt(context, role, 0) } : {}
