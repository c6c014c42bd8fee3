import { describe, expect, it } from 'vitest'
import { bearerFetch, type Client, type ClientOptions, createClient } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

// The attacks of RFC 9700, section by section, each tried as the attacker would.

const redirectUri = 'https://app.test/callback'
const clientId = 'app'

const serverOf = (issuer: string, clientSecret?: string) =>
  createMockAuthorizationServer({
    issuer,
    clients: [{ clientId, redirectUris: [redirectUri], ...(clientSecret && { clientSecret }) }],
  })

type Mock = ReturnType<typeof serverOf>

const clientOf = ({ server, fetch }: Mock, more: Partial<ClientOptions> = {}): Client =>
  createClient({ server, clientId, fetch, ...more })

const tokenRequestsOf = ({ requests }: Mock) => requests.filter(({ endpoint }) => endpoint === 'token')

const withParameter = (url: string, name: string, value: string | undefined): string => {
  const changed = new URL(url)
  if (value === undefined) changed.searchParams.delete(name)
  else changed.searchParams.set(name, value)
  return changed.href
}

describe('mix-up (RFC 9700 §4.4)', () => {
  it('the code of an honest server is not taken to the server of the attacker', async () => {
    const honest = serverOf('https://honest.test')
    const attacker = serverOf('https://attacker.test')
    const client = clientOf(attacker)
    const request = await client.authorizationRequest({ redirectUri })
    // The attacker sends the user on to the honest server, with all that the client wrote.
    const rerouted = `${honest.server.authorizationEndpoint}${new URL(request.url).search}`
    const callback = await honest.authorize(rerouted)
    expect(await failureOf(client.exchangeCode(callback, request))).toMatchObject({ code: 'issuer_mismatch' })
    expect(tokenRequestsOf(attacker)).toEqual([])
  })

  it('nor if the honest server, or somebody on the way, leaves out who it is', async () => {
    const honest = serverOf('https://honest.test')
    const attacker = serverOf('https://attacker.test')
    const client = clientOf(attacker)
    const request = await client.authorizationRequest({ redirectUri })
    const callback = await honest.authorize(`${honest.server.authorizationEndpoint}${new URL(request.url).search}`)
    const silenced = withParameter(callback, 'iss', undefined)
    expect(await failureOf(client.exchangeCode(silenced, request))).toMatchObject({ code: 'issuer_mismatch' })
    expect(tokenRequestsOf(attacker)).toEqual([])
  })

  it('a request of one server is not finished at another', async () => {
    const honest = serverOf('https://honest.test')
    const attacker = serverOf('https://attacker.test')
    const request = await clientOf(honest).authorizationRequest({ redirectUri })
    const callback = await honest.authorize(request.url)
    const failure = await failureOf(clientOf(attacker).exchangeCode(callback, request))
    expect(failure).toMatchObject({ code: 'invalid_argument' })
    expect(tokenRequestsOf(attacker)).toEqual([])
  })
})

describe('code injection (RFC 9700 §4.5)', () => {
  it('a stolen code in a session of the attacker is refused, since the verifier is not its own', async () => {
    const mock = serverOf('https://as.test', 'secret')
    const client = clientOf(mock, { clientSecret: 'secret' })
    const victims = await client.authorizationRequest({ redirectUri })
    const stolen = new URL(await mock.authorize(victims.url, { user: 'victim' })).searchParams.get('code') ?? ''
    const attackers = await client.authorizationRequest({ redirectUri })
    const own = await mock.authorize(attackers.url, { user: 'attacker' })
    const failure = await failureOf(client.exchangeCode(withParameter(own, 'code', stolen), attackers))
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_grant' })
  })
})

describe('cross-site request forgery (RFC 9700 §4.7)', () => {
  it('a callback that the attacker began is not taken for the user’s own', async () => {
    const mock = serverOf('https://as.test')
    const client = clientOf(mock)
    const users = await client.authorizationRequest({ redirectUri })
    const attackers = await client.authorizationRequest({ redirectUri })
    const forged = await mock.authorize(attackers.url, { user: 'attacker' })
    for (const callback of [forged, withParameter(forged, 'state', undefined), withParameter(forged, 'state', '')]) {
      expect(await failureOf(client.exchangeCode(callback, users))).toMatchObject({ code: 'state_mismatch' })
    }
    expect(tokenRequestsOf(mock)).toEqual([])
  })

  it('no two requests have a state, a verifier or a nonce in common', async () => {
    const client = clientOf(serverOf('https://as.test'))
    const requests = await Promise.all(
      Array.from({ length: 100 }, () => client.authorizationRequest({ redirectUri, scope: 'openid' })),
    )
    const secrets = requests.flatMap(({ state, codeVerifier, nonce }) => [state, codeVerifier, nonce])
    expect(new Set(secrets).size).toBe(300)
    // 256 bits each.
    expect(secrets.every((secret) => secret && secret.length >= 43)).toBe(true)
  })
})

describe('replay', () => {
  it('a code works once, and its tokens end when it comes again (RFC 9700 §4.5, RFC 6749 §4.1.2)', async () => {
    const mock = serverOf('https://as.test')
    const client = clientOf(mock)
    const request = await client.authorizationRequest({ redirectUri })
    const callback = await mock.authorize(request.url)
    const { accessToken } = await client.exchangeCode(callback, request)
    expect(await failureOf(client.exchangeCode(callback, request))).toMatchObject({ error: 'invalid_grant' })
    const answer = await mock.fetch(mock.resource, { headers: { authorization: `Bearer ${accessToken}` } })
    expect(answer.status).toBe(401)
  })

  it('a code is not sent again when its answer was lost (RFC 6749 §4.1.2)', async () => {
    const wire = scriptedServer(new TypeError('terminated'), json({ access_token: 'at' }))
    const client = createClient({ server: { ...serverOf('https://as.test').server }, clientId, fetch: wire.fetch })
    const request = await client.authorizationRequest({ redirectUri })
    const callback = `${redirectUri}?code=c&state=${request.state}&iss=https://as.test`
    expect(await failureOf(client.exchangeCode(callback, request))).toMatchObject({ code: 'connection_lost' })
    expect(wire.sent).toHaveLength(1)
  })

  it('a refresh token that a thief has used ends the session of both (RFC 9700 §4.14)', async () => {
    const mock = serverOf('https://as.test')
    const token = mock.issue({ clientId, expiresIn: 0 })
    const user = clientOf(mock).sessionSource({ token })
    const thief = await clientOf(mock).refresh(token)
    expect(await failureOf(user.token())).toMatchObject({ code: 'session_ended' })
    expect(await failureOf(clientOf(mock).refresh(thief))).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('PKCE downgrade (RFC 9700 §4.8)', () => {
  it('a code whose request was robbed of its challenge is refused, since the verifier still comes', async () => {
    const mock = serverOf('https://as.test', 'secret')
    const client = clientOf(mock, { clientSecret: 'secret' })
    const request = await client.authorizationRequest({ redirectUri })
    const robbed = withParameter(
      withParameter(request.url, 'code_challenge', undefined),
      'code_challenge_method',
      undefined,
    )
    const failure = await failureOf(client.exchangeCode(await mock.authorize(robbed), request))
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_grant' })
    expect(tokenRequestsOf(mock).at(-1)?.form?.['code_verifier']).toBe(request.codeVerifier)
  })

  it('metadata that offer less do not weaken the challenge', async () => {
    const { server } = serverOf('https://as.test')
    for (const offered of [['plain'], []]) {
      const client = createClient({ server: { ...server, codeChallengeMethodsSupported: offered }, clientId })
      const { searchParams } = new URL((await client.authorizationRequest({ redirectUri })).url)
      expect(searchParams.get('code_challenge_method')).toBe('S256')
    }
  })

  it('a verifier does not show in the URL', async () => {
    const request = await clientOf(serverOf('https://as.test')).authorizationRequest({ redirectUri })
    expect(request.url).not.toContain(request.codeVerifier)
  })
})

describe('downgrade by metadata', () => {
  it('a client with a secret does not become a public one where the server lists `none` first', async () => {
    const mock = serverOf('https://as.test', 'secret')
    const { server } = mock
    const wire = scriptedServer(json({ access_token: 'at' }))
    const methods = ['none', 'client_secret_basic']
    const weakened = { ...server, tokenEndpointAuthMethodsSupported: methods }
    await createClient({ server: weakened, clientId, clientSecret: 'secret', fetch: wire.fetch }).clientCredentials()
    expect(wire.only().headers.get('authorization')).toMatch(/^Basic /)
  })

  it('an endpoint without TLS is not used', async () => {
    const mock = serverOf('https://as.test')
    for (const endpoint of ['tokenEndpoint', 'authorizationEndpoint', 'revocationEndpoint'] as const) {
      const server = { ...mock.server, [endpoint]: 'http://as.test/it' }
      const work = async () => {
        const client = createClient({ server, clientId, fetch: mock.fetch })
        await client.authorizationRequest({ redirectUri })
        await client.revoke('token')
      }
      expect(await failureOf(work())).toMatchObject({ code: 'insecure_url' })
    }
    expect(mock.requests).toEqual([])
  })
})

describe('open redirects and leaks by redirect (RFC 9700 §4.11, §4.12)', () => {
  it.each([301, 302, 303, 307, 308])('credentials do not follow a %s of the token endpoint', async (status) => {
    const thief = 'https://thief.test/token'
    const wire = scriptedServer(
      new Response(null, { status, headers: { location: thief } }),
      json({ access_token: 'at' }),
    )
    const { server } = serverOf('https://as.test')
    const client = createClient({ server, clientId, clientSecret: 'secret', fetch: wire.fetch })
    expect(await failureOf(client.clientCredentials())).toMatchObject({ code: 'redirect_refused', status })
    expect(wire.sent).toHaveLength(1)
  })

  it.each([301, 302, 303, 307, 308])('a token does not follow a %s of the API to another origin', async (status) => {
    const mock = serverOf('https://as.test')
    const wire = scriptedServer(new Response(null, { status, headers: { location: 'https://thief.test/' } }), json({}))
    const session = clientOf(mock).sessionSource({ token: mock.issue({ clientId }) })
    const api = bearerFetch(session, {
      origins: ['https://api.test'],
      otherOrigins: 'without-token',
      fetch: wire.fetch,
    })
    await api('https://api.test/open?to=https://thief.test/')
    const [first, second] = wire.sent
    expect(first?.headers.has('authorization')).toBe(true)
    expect(second?.url).toBe('https://thief.test/')
    expect(second?.headers.has('authorization')).toBe(false)
  })

  it('a redirect URI is taken from the request that was made, not from the callback', async () => {
    const mock = serverOf('https://as.test')
    const client = clientOf(mock)
    const request = await client.authorizationRequest({ redirectUri })
    const callback = new URL(await mock.authorize(request.url))
    await client.exchangeCode(`https://elsewhere.test/open${callback.search}&redirect_uri=https://thief.test/`, request)
    expect(tokenRequestsOf(mock).at(-1)?.form?.['redirect_uri']).toBe(redirectUri)
  })

  it('a parameter that is there twice is not a matter of taste', async () => {
    const mock = serverOf('https://as.test')
    const client = clientOf(mock)
    const request = await client.authorizationRequest({ redirectUri })
    const callback = await mock.authorize(request.url)
    for (const name of ['code', 'state', 'iss', 'error']) {
      const twice = `${callback}&${name}=a&${name}=b`
      expect(await failureOf(client.exchangeCode(twice, request))).toMatchObject({ code: 'invalid_callback' })
    }
    expect(tokenRequestsOf(mock)).toEqual([])
  })
})

describe('a token at the wrong resource (RFC 9700 §4.9, §4.10)', () => {
  it('does not leave for an origin that is not listed, however it looks', async () => {
    const mock = serverOf('https://as.test')
    const wire = scriptedServer()
    const session = clientOf(mock).sessionSource({ token: mock.issue({ clientId }) })
    const api = bearerFetch(session, { origins: ['https://api.test'], fetch: wire.fetch })
    const lookalikes = [
      'https://api.test.thief.test/',
      'https://api.test@thief.test/',
      'https://api.test:8443/',
      'http://api.test/',
      'https://thief.test/https://api.test/',
      'https://аpi.test/',
    ]
    for (const url of lookalikes) expect(await failureOf(api(url))).toMatchObject({ code: 'origin_refused' })
    expect(wire.sent).toEqual([])
  })
})
