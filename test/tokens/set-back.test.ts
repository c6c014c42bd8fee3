import { describe, expect, it } from 'vitest'
import type { TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fails, status, tokenServer } from './token-server.js'

const hour = 3_600_000

describe('a clock that is set back', () => {
  it('before a session is first asked: its token does not live longer for it', async () => {
    const { client, clock } = tokenServer()
    const expiresAt = clock.now() + hour
    const session = client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0', expiresAt } })
    clock.set(clock.now() - 24 * hour)
    expect((await session.token()).accessToken).toBe('at0')
    clock.set(clock.now() + hour)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('during a renewal: what it brings does not live longer for it', async () => {
    const { client, clock, next } = tokenServer()
    const source = client.clientCredentialsSource()
    next(() => {
      clock.set(clock.now() - 24 * hour)
      return Response.json({ access_token: 'at0', expires_in: 3600 })
    })
    expect((await source.token()).accessToken).toBe('at0')
    expect((await source.token()).accessToken).toBe('at0')
    clock.set(clock.now() + hour)
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('during a renewal that fails: the pause is no shorter for it', async () => {
    const { client, clock, sent, next } = tokenServer()
    const session = client.sessionSource({ token: { accessToken: 'at0', refreshToken: 'rt0' } })
    const rejected = await session.token()
    next(() => {
      clock.set(clock.now() - hour)
      return new Response('', { status: 503, headers: { 'retry-after': '60' } })
    }, status(503))
    await session.token({ rejected })
    await session.token({ rejected })
    expect(sent).toHaveLength(1)
  })

  it('while the server is down: a token is not served beyond its life', async () => {
    const { client, clock, next } = tokenServer()
    const source = client.clientCredentialsSource()
    await source.token()
    clock.set(clock.now() - 24 * hour)
    await source.token()
    clock.set(clock.now() + hour)
    next(fails('server_error', 500))
    expect(await failureOf(source.token())).toMatchObject({ code: 'error_response', status: 500 })
  })

  it('in a pause after a failure: the pause is no longer for it', async () => {
    const { client, clock, sent, next } = tokenServer()
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    next(fails('invalid_client', 401))
    await failureOf(session.token())
    clock.set(clock.now() - 24 * hour)
    await failureOf(session.token())
    expect(sent).toHaveLength(1)
    clock.set(clock.now() + 30_000)
    expect((await session.token()).accessToken).toBe('at1')
  })

  it('after a token was refused: the next one that is refused is not kept longer for it', async () => {
    const { client, clock } = tokenServer()
    const source = client.clientCredentialsSource()
    const rejected = await source.token({ rejected: await source.token() })
    clock.set(clock.now() - 24 * hour)
    expect((await source.token({ rejected })).accessToken).toBe('at2')
    clock.set(clock.now() + 30_000)
    expect((await source.token({ rejected })).accessToken).toBe('at3')
  })

  it('makes a token no more due than it was', async () => {
    const { client, clock, sent } = tokenServer()
    const source = client.clientCredentialsSource()
    await source.token()
    clock.set(clock.now() - hour)
    expect(source.current()?.accessToken).toBe('at1')
    expect((await source.token()).accessToken).toBe('at1')
    expect(sent).toHaveLength(1)
  })

  it('is not told as the time that a renewal took', async () => {
    const events: TokenEvent[] = []
    const { client, clock, next } = tokenServer({ client: { onEvent: (event) => events.push(event) } })
    const source = client.clientCredentialsSource()
    await source.token()
    clock.set(clock.now() - hour)
    const rejected = await source.token()
    next(() => {
      clock.set(clock.now() - 24 * hour)
      return Response.json({ access_token: 'at2', expires_in: 3600 })
    })
    await source.token({ rejected })
    expect(events.at(-1)).toMatchObject({ type: 'renewed', tookMs: 0 })
  })
})
