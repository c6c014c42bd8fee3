import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token', revocationEndpoint: 'https://as.test/revoke' }

const fakeStart = Date.UTC(2030, 0, 1)

const setUp = (answer: Response = new Response()) => {
  const wire = scriptedServer(answer)
  const clock = fakeClock(fakeStart)
  return { wire, client: createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch, clock }) }
}

describe('revocation', () => {
  it('sends the token with the client authentication', async () => {
    const { client, wire } = setUp()
    await client.revoke('at')
    expect(wire.only()).toMatchObject({ url: 'https://as.test/revoke', method: 'POST', body: 'token=at' })
    expect(wire.only().headers.get('authorization')).toMatch(/^Basic /)
  })

  it('passes a hint on', async () => {
    const { client, wire } = setUp()
    await client.revoke('at', { hint: 'access_token' })
    expect(wire.only().body).toBe('token=at&token_type_hint=access_token')
  })

  it('takes the refresh token of a whole token, else the access token', async () => {
    const both = setUp()
    await both.client.revoke({ accessToken: 'at', refreshToken: 'rt' })
    expect(both.wire.only().body).toBe('token=rt&token_type_hint=refresh_token')
    const one = setUp()
    await one.client.revoke({ accessToken: 'at' })
    expect(one.wire.only().body).toBe('token=at&token_type_hint=access_token')
    const chosen = setUp()
    await chosen.client.revoke({ accessToken: 'at', refreshToken: 'rt' }, { hint: 'access_token' })
    expect(chosen.wire.only().body).toBe('token=at&token_type_hint=access_token')
  })

  it.each([
    ['an empty body', new Response()],
    ['an empty HTML page', new Response('', { headers: { 'content-type': 'text/html' } })],
    ['an empty object', json({})],
  ])('has succeeded with a 200 and %s', async (_, answer) => {
    await expect(setUp(answer).client.revoke('at')).resolves.toBeUndefined()
  })

  it.each([400, 401, 200])('has failed with an OAuth error under a %i', async (status) => {
    const answer = json({ error: 'unsupported_token_type' }, status)
    expect(await failureOf(setUp(answer).client.revoke('at'))).toMatchObject({
      code: 'error_response',
      status,
      error: 'unsupported_token_type',
    })
  })

  it.each([
    ['as seconds', '120'],
    ['as a date', new Date(fakeStart + 120_000).toUTCString()],
  ])('tells how long a server that cannot now wants to be left alone, %s (RFC 7009 §2.2.1)', async (_, after) => {
    const { client } = setUp(new Response('', { status: 503, headers: { 'retry-after': after } }))
    expect(await failureOf(client.revoke('at'))).toMatchObject({
      code: 'invalid_response',
      status: 503,
      delivery: 'ambiguous',
      retryAfterMs: 120_000,
    })
  })

  it('sends nothing where there is no token, or no endpoint', async () => {
    const { client, wire } = setUp()
    for (const nothing of ['', {}, { refreshToken: '' }]) {
      expect((await failureOf(client.revoke(nothing))).code).toBe('invalid_argument')
    }
    const bare = createClient({ server: { tokenEndpoint: server.tokenEndpoint }, clientId: 'id', fetch: wire.fetch })
    expect((await failureOf(bare.revoke('at'))).code).toBe('unsupported')
    expect(wire.sent).toHaveLength(0)
  })
})
