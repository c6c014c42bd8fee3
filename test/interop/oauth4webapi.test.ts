import { SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { catchesMisuse, catchesTampering, catchesUnguardedLogin, type Program } from './misuse.js'
import { clients, type RunningMock, redirectUri, startMock } from './mock.js'
import { approve } from './user.js'

// The mock is on loopback, without TLS.
const insecure = { [oauth.allowInsecureRequests]: true }

const client: oauth.Client = { client_id: clients.confidential.clientId }
const authentication = oauth.ClientSecretBasic(clients.confidential.clientSecret)
const app: oauth.Client = { client_id: clients.public.clientId }

let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  running = await startMock(options)
  return running
}

afterEach(() => running.close())

const discover = async (): Promise<oauth.AuthorizationServer> => {
  const issuer = new URL(running.origin)
  // RFC 8414, where openid-client looks for the document of OpenID Connect.
  const response = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
  return oauth.processDiscoveryResponse(issuer, response)
}

/** The URL of an authorization request, and what is kept of it. */
const begin = async (
  as: oauth.AuthorizationServer,
  { client_id: clientId } = client,
  parameters: Readonly<Record<string, string>> = {},
) => {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const sent = {
    ...{ client_id: clientId, response_type: 'code', redirect_uri: redirectUri, scope: 'openid read', state, nonce },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
    ...parameters,
  }
  const url = new URL(`${as.authorization_endpoint}?${new URLSearchParams(sent)}`)
  return { url, sent, verifier, state, nonce }
}

type Begun = Pick<Awaited<ReturnType<typeof begin>>, 'verifier' | 'state' | 'nonce'>

/** Checks what the user comes back with, the answer of the token endpoint, and the ID token's signature. */
const exchange = async (as: oauth.AuthorizationServer, callback: string, begun: Begun) => {
  const parameters = oauth.validateAuthResponse(as, client, new URL(callback), begun.state)
  const response = await oauth.authorizationCodeGrantRequest(
    ...([as, client, authentication, parameters, redirectUri, begun.verifier, insecure] as const),
  )
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
    expectedNonce: begun.nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(as, response, insecure)
  return tokens
}

const logIn = async (as: oauth.AuthorizationServer) => {
  const begun = await begin(as)
  return exchange(as, await approve(begun.url), begun)
}

const introspect = async (as: oauth.AuthorizationServer, token: string) =>
  oauth.processIntrospectionResponse(
    as,
    client,
    await oauth.introspectionRequest(as, client, authentication, token, insecure),
  )

const credentials = async (as: oauth.AuthorizationServer, who: oauth.Client, how: oauth.ClientAuth, parameters = {}) =>
  oauth.processClientCredentialsResponse(
    as,
    who,
    await oauth.clientCredentialsGrantRequest(as, who, how, { scope: 'read', ...parameters }, insecure),
  )

describe('oauth4webapi', () => {
  it('discovers the server by RFC 8414, logs a user in with PKCE, state, nonce and iss, and verifies the ID token', async () => {
    await start({ userClaims: { user: { name: 'Ada' } } })
    const as = await discover()
    const tokens = await logIn(as)
    expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ sub: 'user', aud: 'web' })
    const response = await oauth.userInfoRequest(as, client, tokens.access_token, insecure)
    expect(await oauth.processUserInfoResponse(as, client, 'user', response)).toEqual({ sub: 'user', name: 'Ada' })
  })

  it('refreshes with rotation', async () => {
    await start()
    const as = await discover()
    const { refresh_token: refreshToken } = await logIn(as)
    const response = await oauth.refreshTokenGrantRequest(as, client, authentication, `${refreshToken}`, insecure)
    const refreshed = await oauth.processRefreshTokenResponse(as, client, response)
    expect(refreshed.refresh_token).toEqual(expect.any(String))
    expect(refreshed.refresh_token).not.toBe(refreshToken)
  })

  it('proves who it is in every way: basic, post, client_secret_jwt, private_key_jwt', async () => {
    const { privateKey, publicKey } = await oauth.generateKeyPair('Ed25519', { extractable: true })
    const jwk = await crypto.subtle.exportKey('jwk', publicKey)
    await start({ clients: [{ clientId: 'keyed', jwks: { keys: [jwk] } }] })
    const as = await discover()
    const awkward = { client_id: clients.awkward.clientId }
    const { clientSecret } = clients.awkward
    const ways: readonly (readonly [oauth.Client, oauth.ClientAuth])[] = [
      [awkward, oauth.ClientSecretBasic(clientSecret)],
      [awkward, oauth.ClientSecretPost(clientSecret)],
      [awkward, oauth.ClientSecretJwt(clientSecret)],
      [{ client_id: 'keyed' }, oauth.PrivateKeyJwt(privateKey)],
    ]
    for (const [who, how] of ways) expect((await credentials(as, who, how)).scope).toBe('read')
  })

  it('logs a device in', async () => {
    const { mock } = await start()
    const as = await discover()
    const asked = await oauth.deviceAuthorizationRequest(as, app, oauth.None(), { scope: 'read' }, insecure)
    const device = await oauth.processDeviceAuthorizationResponse(as, app, asked)
    mock.approveDevice(device.user_code)
    const response = await oauth.deviceCodeGrantRequest(as, app, oauth.None(), device.device_code, insecure)
    expect((await oauth.processDeviceCodeResponse(as, app, response)).scope).toBe('read')
  })

  it('is told to wait, to slow down, and that its code is stale', async () => {
    const clock = createManualClock(Date.now())
    await start({ clock, deviceCodeLifetime: 60 })
    const as = await discover()
    const asked = await oauth.deviceAuthorizationRequest(as, app, oauth.None(), {}, insecure)
    const device = await oauth.processDeviceAuthorizationResponse(as, app, asked)
    const errorAfter = async (seconds: number) => {
      await clock.advance(seconds * 1000)
      const response = await oauth.deviceCodeGrantRequest(as, app, oauth.None(), device.device_code, insecure)
      return oauth.processDeviceCodeResponse(as, app, response).catch(({ error }: oauth.ResponseBodyError) => error)
    }
    expect(await errorAfter(0)).toBe('authorization_pending')
    expect(await errorAfter(1)).toBe('slow_down')
    expect(await errorAfter(60)).toBe('expired_token')
  })

  it('pushes its authorization request', async () => {
    await start({ requirePushedAuthorizationRequests: true })
    const as = await discover()
    const begun = await begin(as)
    const pushed = await oauth.pushedAuthorizationRequest(as, client, authentication, begun.sent, insecure)
    const { request_uri: requestUri } = await oauth.processPushedAuthorizationResponse(as, client, pushed)
    const query = new URLSearchParams({ client_id: 'web', request_uri: requestUri })
    const tokens = await exchange(as, await approve(`${as.authorization_endpoint}?${query}`), begun)
    expect(tokens.scope).toBe('openid read')
  })

  it.each(['ES256', 'Ed25519', 'PS256', 'RS256'])(
    'binds its tokens to a key of %s by DPoP, and proves anew with the nonce that it is told',
    async (alg) => {
      const { resource } = await start({ dpop: { required: true, nonce: 'both' } })
      const as = await discover()
      const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(alg))
      const ask = async () => {
        const response = await oauth.clientCredentialsGrantRequest(
          as,
          client,
          authentication,
          {},
          { DPoP, ...insecure },
        )
        return oauth.processClientCredentialsResponse(as, client, response)
      }
      // A library that sends one request a call: whoever calls it asks again.
      const refused = await ask().catch((thrown: unknown) => thrown)
      expect(oauth.isDPoPNonceError(refused)).toBe(true)
      const tokens = await ask()
      expect(tokens.token_type).toBe('dpop')
      const open = () =>
        oauth.protectedResourceRequest(tokens.access_token, 'GET', new URL(resource), undefined, null, {
          DPoP,
          ...insecure,
        })
      const unproven = await open().catch((thrown: unknown) => thrown)
      expect(oauth.isDPoPNonceError(unproven)).toBe(true)
      expect((await open()).status).toBe(200)
    },
  )

  it('introspects and revokes tokens', async () => {
    await start()
    const as = await discover()
    const { access_token: accessToken } = await logIn(as)
    expect(await introspect(as, accessToken)).toMatchObject({ active: true, client_id: 'web', scope: 'openid read' })
    const response = await oauth.revocationRequest(as, client, authentication, accessToken, insecure)
    await oauth.processRevocationResponse(response)
    expect(await introspect(as, accessToken)).toEqual({ active: false })
  })

  it('registers itself, and is who it has become', async () => {
    await start()
    const as = await discover()
    const metadata = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'client_credentials'] }
    const response = await oauth.dynamicClientRegistrationRequest(as, metadata, insecure)
    const registered = await oauth.processDynamicClientRegistrationResponse(response)
    const how = oauth.ClientSecretBasic(`${registered['client_secret']}`)
    expect((await credentials(as, registered, how)).access_token).toEqual(expect.any(String))
  })

  it('exchanges a token, and uses an assertion as a grant, by its request of any grant', async () => {
    const { privateKey, publicKey } = await oauth.generateKeyPair('ES256', { extractable: true })
    const keys = [await crypto.subtle.exportKey('jwk', publicKey)]
    await start({ assertionIssuers: { 'https://idp.test': { keys } } })
    const as = await discover()
    const ask = async (grantType: string, parameters: Readonly<Record<string, string>>) => {
      const response = await oauth.genericTokenEndpointRequest(
        ...([as, client, authentication, grantType, parameters, insecure] as const),
      )
      return oauth.processGenericTokenEndpointResponse(as, client, response)
    }
    const { access_token: subject } = await logIn(as)
    const exchanged = await ask('urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: subject,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'read',
    })
    expect(exchanged).toMatchObject({ scope: 'read', issued_token_type: expect.stringContaining('access_token') })
    const now = Math.floor(Date.now() / 1000)
    const assertion = await new SignJWT({ scope: 'read' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('https://idp.test')
      .setSubject('ada')
      .setAudience(as.issuer)
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .setJti('one')
      .sign(privateKey)
    const granted = await ask('urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion, scope: 'read' })
    expect(granted.scope).toBe('read')
  })

  it('finds the server of a resource by its metadata (RFC 9728), and names the resource that its token is for', async () => {
    const { resource, origin } = await start()
    const response = await oauth.resourceDiscoveryRequest(new URL(resource), insecure)
    const metadata = await oauth.processResourceDiscoveryResponse(new URL(resource), response)
    expect(metadata.authorization_servers).toEqual([origin])
    const as = await discover()
    const tokens = await credentials(as, client, authentication, { resource: metadata.resource })
    const opened = await oauth.protectedResourceRequest(
      ...([tokens.access_token, 'GET', new URL(resource), undefined, null, insecure] as const),
    )
    expect(await opened.json()).toMatchObject({ clientId: 'web', resources: [resource] })
  })

  it('verifies access tokens as a resource does, by the key set of the mock (RFC 9068), bound ones too', async () => {
    const { mock, resource } = await start({ accessTokenFormat: 'jwt' })
    const as = await discover()
    const verify = (request: Request, audience = resource) =>
      oauth.validateJwtAccessToken(as, request, audience, { ...insecure, signingAlgorithms: ['ES256'] })
    const { access_token: bearer } = await credentials(as, client, authentication, { resource })
    const asked = () => new Request(resource, { headers: { authorization: `Bearer ${bearer}` } })
    expect(await verify(asked())).toMatchObject({ iss: as.issuer, sub: 'web', client_id: 'web', scope: 'read' })
    await expect(verify(asked(), `${as.issuer}/another`)).rejects.toThrow('"aud"')
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const response = await oauth.clientCredentialsGrantRequest(
      ...([as, client, authentication, { resource }, { DPoP, ...insecure }] as const),
    )
    const { access_token: bound } = await oauth.processClientCredentialsResponse(as, client, response)
    const asBearer = new Request(resource, { headers: { authorization: `Bearer ${bound}` } })
    await expect(verify(asBearer)).rejects.toThrow('DPoP')
    let proven = asBearer
    const opened = await oauth.protectedResourceRequest(bound, 'GET', new URL(resource), undefined, null, {
      ...{ DPoP, ...insecure },
      [oauth.customFetch]: (url, { method, headers }) => {
        proven = new Request(url, { method, headers })
        return fetch(proven)
      },
    })
    expect(opened.status).toBe(200)
    expect(await verify(proven)).toMatchObject({ client_id: 'web', cnf: { jkt: expect.any(String) } })
    mock.rotateKeys({ keepOld: false })
    // The keys that were fetched are kept for a while; another server of the same name has the new ones alone.
    await expect(oauth.validateJwtAccessToken({ ...as }, asked(), resource, insecure)).rejects.toThrow('key')
  })

  it('refuses a callback that lost its state, and one of another issuer, before it sends the code', async () => {
    const { mock } = await start()
    const as = await discover()
    const { url, ...begun } = await begin(as)
    const tamper = async (name: string, value: string) => {
      const callback = new URL(await approve(url))
      callback.searchParams.set(name, value)
      return exchange(as, callback.href, begun)
    }
    await expect(tamper('state', 'forged')).rejects.toThrow('unexpected "state" response parameter value')
    await expect(tamper('iss', 'https://attacker.test')).rejects.toThrow('unexpected "iss" (issuer)')
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toEqual([])
  })

  describe('misused', () => {
    const program = async (): Promise<Program> => {
      const { resource } = await start()
      const as = await discover()
      const bothTokens = (tokens: oauth.TokenEndpointResponse) => ({
        accessToken: tokens.access_token,
        refreshToken: `${tokens.refresh_token}`,
      })
      return {
        resource,
        login: async () => {
          const { url, verifier, state } = await begin(as, client, { scope: 'read', nonce: '' })
          return { callback: await approve(url), verifier, state }
        },
        exchange: async ({ callback, verifier, state }, wrong = {}) => {
          const { another } = clients
          const who = wrong.client ? { client_id: another.clientId } : client
          const mine = wrong.clientSecret ? oauth.ClientSecretBasic(wrong.clientSecret) : authentication
          const how = wrong.client ? oauth.ClientSecretBasic(another.clientSecret) : mine
          const parameters = oauth.validateAuthResponse(as, who, new URL(callback), state)
          const sent = wrong.verifier === 'another' ? oauth.generateRandomCodeVerifier() : verifier
          const response = await oauth.authorizationCodeGrantRequest(
            ...([as, who, how, parameters, wrong.redirectUri ?? redirectUri] as const),
            wrong.verifier === 'none' ? oauth.nopkce : sent,
            insecure,
          )
          return bothTokens(await oauth.processAuthorizationCodeResponse(as, who, response))
        },
        refresh: async (refreshToken) => {
          const response = await oauth.refreshTokenGrantRequest(as, client, authentication, refreshToken, insecure)
          return bothTokens(await oauth.processRefreshTokenResponse(as, client, response))
        },
        errorOf: async (thrown) => {
          if (thrown instanceof oauth.ResponseBodyError) return thrown.error
          if (thrown instanceof oauth.WWWAuthenticateChallengeError) return (await thrown.response.json()).error
          return undefined
        },
      }
    }
    catchesMisuse(program)
    catchesUnguardedLogin(async () => {
      await start()
      const nothing = { state: '', nonce: '', code_challenge: '', code_challenge_method: '' }
      return (await begin(await discover(), client, nothing)).url
    })
    catchesTampering(program, () => running.mock, {
      unsent_state: 'client',
      no_state: 'client',
      no_issuer: 'client',
      injected_code: 'mock',
      repeated_code: 'client',
    })
  })
})
