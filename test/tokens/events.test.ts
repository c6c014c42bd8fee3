import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import type { AroundRenewal, Client, TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { siblings } from './siblings.js'
import { fails, status, tokenServer } from './token-server.js'

const hour = 3_600_000

describe('what is around a renewal', () => {
  it('has all within that is sent for it, once for all who want it, and is told the source', async () => {
    const renewals = new AsyncLocalStorage<number>()
    const sources: string[] = []
    const server = tokenServer({
      client: {
        aroundRenewal: (renew, source) => renewals.run(sources.push(source), renew),
      },
    })
    const within: (number | undefined)[] = []
    const look = () => {
      within.push(renewals.getStore())
      return undefined
    }
    server.next(status(503), look, look)
    const source = server.client.clientCredentialsSource({ scope: 'a' })
    await server.clock.run(Promise.all([source.token(), source.token()]))
    await server.client.sessionSource({ token: { refreshToken: 'rt0' } }).token()
    expect(sources).toEqual(['client_credentials a', 'session'])
    expect(within).toEqual([1, 2])
  })

  it('is around those of a shared session and a shared grant too, and hears what was adopted', async () => {
    const told: unknown[] = []
    const aroundRenewal: AroundRenewal = async (renew, source) => {
      const granted = await renew()
      told.push([source, granted.adopted ?? false])
      return granted
    }
    const { store, sibling, login } = siblings()
    const token = login()
    const sourcesOf = (client: Client) => [
      client.sessionSource({ store, key: 'user', token: { refreshToken: token.refreshToken ?? '' } }),
      client.clientCredentialsSource({ store }),
    ]
    for (const client of [sibling({ aroundRenewal }), sibling({ aroundRenewal })]) {
      for (const source of sourcesOf(client)) await source.token()
    }
    expect(told).toEqual([
      ['session', false],
      ['client_credentials', false],
      ['session', true],
      ['client_credentials', true],
    ])
  })

  it('fails the renewal when it fails, and no caller hangs', async () => {
    const aroundRenewal: AroundRenewal = () => Promise.reject(new Error('what is around is broken'))
    const { client } = tokenServer({ client: { aroundRenewal } })
    await expect(client.clientCredentialsSource().token()).rejects.toThrow('what is around is broken')
  })

  it('costs nobody a token that is still good when it throws', async () => {
    let broken = false
    const aroundRenewal: AroundRenewal = (renew) => {
      if (broken) throw new Error('what is around is broken')
      return renew()
    }
    const server = tokenServer({ client: { aroundRenewal } })
    const source = server.client.clientCredentialsSource()
    const { accessToken, expiresAt = 0 } = await source.token()
    broken = true
    server.clock.set(expiresAt - 60_000)
    expect(source.current()?.accessToken).toBe(accessToken)
    server.clock.set(expiresAt - 1)
    expect((await source.token()).accessToken).toBe(accessToken)
    server.clock.set(expiresAt)
    await expect(source.token()).rejects.toThrow('what is around is broken')
  })
})

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
    expect(new Set(events.map(({ source }) => source))).toEqual(new Set(['session']))
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
