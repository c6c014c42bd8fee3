import { describe, expect, it } from 'vitest'
import { status, tokenServer } from './token-server.js'

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
})
