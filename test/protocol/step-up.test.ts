import { describe, expect, it } from 'vitest'
import { bearerChallenge, bearerFetch, createClient, stepUp } from '../../src/index.js'
import { createManualClock, createMockAuthorizationServer } from '../../src/testing/index.js'

const redirectUri = 'https://app.test/callback'

const challenged = (header: string) =>
  bearerChallenge(new Response(null, { status: 401, headers: { 'www-authenticate': header } }))

describe('a challenge (RFC 9470 §3)', () => {
  it('says how the user must log in, and how lately', () => {
    const header = 'Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="5"'
    expect(challenged(header)).toEqual({
      error: 'insufficient_user_authentication',
      acrValues: 'gold silver',
      maxAge: 5,
    })
    expect(challenged('Bearer error="insufficient_user_authentication", max_age=0')?.maxAge).toBe(0)
  })

  it.each(['soon', '-1', '1.5', '1e9', ''])('has no max_age where it is %j', (value) => {
    expect(challenged(`Bearer max_age="${value}"`)?.maxAge).toBeUndefined()
  })

  it('gives the options of the next authorization request (RFC 9470 §4)', () => {
    expect(stepUp({ acrValues: 'gold silver', maxAge: 0 })).toEqual({
      parameters: { acr_values: 'gold silver', max_age: '0' },
    })
  })

  it('adds the scope that is wanted to that which was granted (RFC 6750 §3.1)', () => {
    expect(stepUp({ scope: 'write read' }, { scope: 'read list' })).toEqual({
      scope: 'read list write',
      parameters: {},
    })
    expect(stepUp({ scope: 'write' })).toEqual({ scope: 'write', parameters: {} })
    expect(stepUp({}, { scope: 'read' })).toEqual({ scope: 'read', parameters: {} })
  })
})

describe('a resource that wants more', () => {
  const setUp = async () => {
    const clock = createManualClock()
    const clients = [{ clientId: 'web', clientSecret: 's', redirectUris: [redirectUri] }]
    const mock = createMockAuthorizationServer({ clients, clock })
    const client = createClient({ server: mock.server, clientId: 'web', clientSecret: 's', fetch: mock.fetch, clock })
    const logIn = async (options: object) => {
      const request = await client.authorizationRequest({ redirectUri, ...options })
      return client.exchangeCode(await mock.authorize(request.url), request)
    }
    const session = client.sessionSource({ token: await logIn({ scope: 'read' }) })
    const api = bearerFetch(session, { origins: [new URL(mock.resource).origin], fetch: mock.fetch })
    return { mock, clock, session, api, logIn }
  }

  it.each([
    ['a stronger login', '?acr=gold', { parameters: { acr_values: 'gold' }, scope: 'read' }],
    ['a later login', '?max_age=60', { parameters: { max_age: '60' }, scope: 'read' }],
    ['both', '?acr=gold&max_age=0', { parameters: { acr_values: 'gold', max_age: '0' }, scope: 'read' }],
    ['another scope', '?scope=write', { parameters: {}, scope: 'read write' }],
  ])('%s gets it from the user, and the same call succeeds', async (_, demand, options) => {
    const { mock, clock, session, api, logIn } = await setUp()
    await clock.advance(61_000)
    const refused = await api(`${mock.resource}${demand}`)
    const sent = mock.requests.length
    const challenge = bearerChallenge(refused)
    expect(mock.requests.filter(({ form }) => form?.['grant_type'] === 'refresh_token')).toHaveLength(0)
    const wanted = stepUp(challenge ?? {}, session.current())
    expect(wanted).toEqual(options)
    await session.replace(await logIn(wanted))
    const answer = await api(`${mock.resource}${demand}`)
    expect([refused.status >= 401, answer.status, mock.requests.length > sent]).toEqual([true, 200, true])
  })
})
