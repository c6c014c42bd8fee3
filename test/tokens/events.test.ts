import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import type { TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { fails, status, tokenServer } from './token-server.js'

const hour = 3_600_000

describe('events', () => {
  it('tell the life of a token', async () => {
    const events: TokenEvent[] = []
    const server = tokenServer({ client: { onEvent: (event) => events.push(event) } })
    const source = server.client.clientCredentialsSource({ scope: 'a' })
    const first = await source.token()
    expect(events).toEqual([
      { type: 'requested', source: 'client_credentials a' },
      { type: 'renewed', source: 'client_credentials a', tookMs: 0, expiresAt: first.expiresAt },
    ])
  })

  it('tell of failures, of what was served stale, and of the end of a session', async () => {
    const events: TokenEvent[] = []
    const server = tokenServer({ client: { onEvent: (event) => events.push(event) } })
    const expiresAt = server.clock.now() + hour
    const session = server.client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt } })
    server.clock.set(expiresAt - 5000)
    server.next(status(503), fails('invalid_grant'))
    await session.token()
    await failureOf(session.token())
    expect(events.map(({ type }) => type)).toEqual([
      ...['requested', 'renewal_failed', 'served_stale'],
      ...['requested', 'renewal_failed', 'session_ended'],
    ])
    expect(events[1]).toMatchObject({ verdict: 'passing', error: { code: 'invalid_response', status: 503 } })
    expect(events[4]).toMatchObject({ verdict: 'definitive' })
    expect(events[5]).toMatchObject({ error: { code: 'session_ended' } })
    expect(visible(events)).not.toMatch(/at0|rt0/)
  })

  it('are the same on the diagnostics channel', async () => {
    const heard: unknown[] = []
    const listener = (event: unknown) => heard.push(event)
    subscribe('bearward:token', listener)
    try {
      await tokenServer().client.clientCredentialsSource().token()
    } finally {
      unsubscribe('bearward:token', listener)
    }
    expect(heard).toMatchObject([{ type: 'requested' }, { type: 'renewed' }])
  })

  it('reach a listener that throws, and harm nothing', async () => {
    const server = tokenServer({
      client: {
        onEvent: () => {
          throw new Error('the listener is broken')
        },
      },
    })
    expect((await server.client.clientCredentialsSource().token()).accessToken).toBe('at1')
    await settle()
  })
})
