import { describe, expect, it } from 'vitest'
import type { Session, TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { fails, resets, tokenServer } from './token-server.js'

const hour = 3_600_000

/** A session whose listener does something with it when it hears of an event. */
const heardBy = (react: (type: TokenEvent['type'], session: Session) => unknown) => {
  const events: TokenEvent['type'][] = []
  const onEvent = ({ type }: TokenEvent) => {
    events.push(type)
    react(type, session)
  }
  const server = tokenServer({ client: { onEvent } })
  const expiresAt = server.clock.now() + hour
  const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt } })
  server.clock.set(expiresAt)
  return { ...server, events, session, expiresAt }
}

describe('a listener that calls back', () => {
  it('for the token of a renewal that begins, waits for that one', async () => {
    const { session, refreshTokens } = heardBy((type, its) => type === 'requested' && its.token())
    expect((await session.token()).accessToken).toBe('at1')
    expect(refreshTokens()).toEqual(['rt0'])
  })

  it.each([
    ['refused', fails('invalid_grant'), 'session_ended'],
    ['lost', resets, 'session_uncertain'],
  ])('for the token of a renewal that was %s, sends nothing twice', async (_, turn, code) => {
    const again: Promise<unknown>[] = []
    const { session, refreshTokens, next } = heardBy(
      (type, its) => type === 'renewal_failed' && again.push(failureOf(its.token())),
    )
    next(turn, turn)
    await failureOf(session.token())
    expect(await Promise.all(again)).toMatchObject([{ code }])
    expect(refreshTokens()).toEqual(['rt0'])
  })

  it('with the token of a new login when the session ends, harms nobody who waits', async () => {
    const { session, next } = heardBy(
      (type, its) => type === 'session_ended' && its.replace({ refreshToken: 'rt-new' }),
    )
    next(fails('invalid_grant'))
    expect((await failureOf(session.token())).code).toBe('session_ended')
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('with the token of a new login when the old one is refused, has it served to those who wait', async () => {
    const { session, next, events } = heardBy(
      (type, its) => type === 'renewal_failed' && its.replace({ accessToken: 'new', refreshToken: 'rt-new' }),
    )
    next(fails('invalid_grant'))
    expect((await session.token()).accessToken).toBe('new')
    expect(session.current()?.accessToken).toBe('new')
    expect(events).not.toContain('session_ended')
  })

  it('to end a session that was served stale, harms nobody who is served', async () => {
    const { session, next, clock, expiresAt } = heardBy((type, its) => type === 'served_stale' && its.end())
    clock.set(expiresAt - 5000)
    next(fails('server_error', 500))
    expect((await session.token()).accessToken).toBe('at0')
    expect((await failureOf(session.token())).code).toBe('session_ended')
  })

  it('and fails later, harms nothing', async () => {
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', hear)
    const onEvent = async () => {
      throw new Error('the listener is broken')
    }
    await tokenServer({ client: { onEvent } }).client.clientCredentialsSource().token()
    await settle()
    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
  })
})
