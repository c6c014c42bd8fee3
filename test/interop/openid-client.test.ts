import * as openid from 'openid-client'
import { afterEach, describe, expect, it } from 'vitest'
import { createManualClock, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { fetchOverTls } from '../fixtures/fetch-over-tls.js'
import { catchesMisuse, catchesTampering, catchesUnguardedLogin } from './misuse.js'
import { clients, postLogoutRedirectUri, type RunningMock, redirectUri, startMock, startMutualTls } from './mock.js'
import { bothTokens, discover as discoverAt, openidClientProgram, type Registration } from './openid-client-program.js'
import { approve } from './user.js'

let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  running = await startMock(options)
  return running
}

afterEach(() => running.close())

const discover = (
  registration: Registration = clients.confidential,
  authentication?: openid.ClientAuth,
): Promise<openid.Configuration> => discoverAt(running.origin, registration, authentication)

const begin = async (parameters: Readonly<Record<string, string>> = {}) => {
  const verifier = openid.randomPKCECodeVerifier()
  const state = openid.randomState()
  const nonce = openid.randomNonce()
  const sent = {
    redirect_uri: redirectUri,
    scope: 'openid read',
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  }
  return { sent, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce } }
}

const logIn = async (config: openid.Configuration, parameters?: Readonly<Record<string, string>>) => {
  const { sent, checks } = await begin(parameters)
  const callback = new URL(await approve(openid.buildAuthorizationUrl(config, sent)))
  return openid.authorizationCodeGrant(config, callback, { ...checks, idTokenExpected: true })
}

describe('openid-client', () => {
  it('discovers the server, logs a user in with PKCE, state, nonce and iss, and verifies the ID token', async () => {
    const { mock } = await start({ userClaims: { ada: { name: 'Ada' } } })
    const config = await discover()
    expect(config.serverMetadata().authorization_response_iss_parameter_supported).toBe(true)
    const { sent, checks } = await begin()
    const callback = await mock.authorize(openid.buildAuthorizationUrl(config, sent), { user: 'ada' })
    const tokens = await openid.authorizationCodeGrant(config, new URL(callback), { ...checks, idTokenExpected: true })
    expect(tokens.claims()).toMatchObject({ sub: 'ada', aud: 'web', nonce: sent.nonce })
    expect(tokens.scope).toBe('openid read')
    const userInfo = await openid.fetchUserInfo(config, tokens.access_token, 'ada')
    expect(userInfo).toEqual({ sub: 'ada', name: 'Ada' })
  })

  it('logs in without PKCE as a confidential client', async () => {
    await start()
    const config = await discover()
    const state = openid.randomState()
    const url = openid.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: 'read', state })
    const tokens = await openid.authorizationCodeGrant(config, new URL(await approve(url)), { expectedState: state })
    expect(tokens.scope).toBe('read')
  })

  it('refreshes with rotation, as a public client too', async () => {
    await start()
    for (const client of [clients.confidential, clients.public]) {
      const config = await discover(client)
      const first = bothTokens(await logIn(config))
      const second = bothTokens(await openid.refreshTokenGrant(config, first.refreshToken, { scope: 'read' }))
      expect(second.refreshToken).not.toBe(first.refreshToken)
      expect(second.accessToken).not.toBe(first.accessToken)
    }
  })

  const keyed = async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
    return {
      key: pair.privateKey,
      client: { clientId: 'keyed', jwks: { keys: [{ ...jwk, kid: 'one' }] }, redirectUris: [redirectUri] },
    }
  }

  it('proves who it is in every way: basic, post, client_secret_jwt, private_key_jwt', async () => {
    const { key, client } = await keyed()
    await start({ clients: [client] })
    const { clientSecret } = clients.awkward
    const ways: readonly (readonly [Registration, openid.ClientAuth])[] = [
      [clients.awkward, openid.ClientSecretBasic(clientSecret)],
      [clients.awkward, openid.ClientSecretPost(clientSecret)],
      [clients.confidential, openid.ClientSecretJwt(clients.confidential.clientSecret)],
      [client, openid.PrivateKeyJwt({ key, kid: 'one' })],
    ]
    for (const [registration, authentication] of ways) {
      const config = await discover(registration, authentication)
      const tokens = await openid.clientCredentialsGrant(config, { scope: 'read' })
      expect(tokens).toMatchObject({ scope: 'read', token_type: 'bearer' })
    }
  })

  it('speaks https, where it authenticates by its certificate and its tokens are bound to it', async () => {
    const { running: listening, orders } = await startMutualTls()
    running = listening
    const byTls = (shown?: typeof orders) => {
      const send = fetchOverTls(`${running.certificate}`, shown)
      return openid.discovery(new URL(running.origin), 'orders', undefined, openid.TlsClientAuth(), {
        // Its way to a certificate; the fetch of Node has no other.
        [openid.customFetch]: (url, { method, headers, body }) =>
          send(url, { method, headers, ...(body && { body: `${body}` }) }),
      })
    }
    const config = await byTls(orders)
    const { access_token: token } = await openid.clientCredentialsGrant(config)
    const open = async (by: openid.Configuration) =>
      (await openid.fetchProtectedResource(by, token, new URL(running.resource), 'GET')).status
    expect(await open(config)).toBe(200)
    const bare = await byTls()
    await expect(open(bare)).rejects.toMatchObject({ status: 401 })
    await expect(openid.clientCredentialsGrant(bare)).rejects.toMatchObject({ error: 'invalid_client' })
  })

  it('logs a device in, which waits until the user has decided', async () => {
    const { mock } = await start({ deviceInterval: 1 })
    const config = await discover(clients.public)
    const device = await openid.initiateDeviceAuthorization(config, { scope: 'openid read' })
    expect(device.verification_uri_complete).toContain(device.user_code)
    const polling = openid.pollDeviceAuthorizationGrant(config, device)
    mock.approveDevice(device.user_code, { user: 'ada' })
    expect((await polling).claims()?.sub).toBe('ada')
  })

  it('is told that a device code is stale', async () => {
    const clock = createManualClock(Date.now())
    await start({ deviceInterval: 1, deviceCodeLifetime: 60, clock })
    const config = await discover(clients.public)
    const device = await openid.initiateDeviceAuthorization(config, {})
    await clock.advance(61_000)
    const polling = openid.pollDeviceAuthorizationGrant(config, device)
    await expect(polling).rejects.toMatchObject({ error: 'expired_token' })
  })

  it('pushes its authorization request', async () => {
    await start({ requirePushedAuthorizationRequests: true })
    const config = await discover()
    const { sent, checks } = await begin()
    const url = await openid.buildAuthorizationUrlWithPAR(config, sent)
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri'])
    const tokens = await openid.authorizationCodeGrant(config, new URL(await approve(url)), checks)
    expect(tokens.claims()?.nonce).toBe(sent.nonce)
  })

  it('is refused at the authorization endpoint where requests must be pushed', async () => {
    await start({ requirePushedAuthorizationRequests: true })
    await expect(logIn(await discover())).rejects.toMatchObject({ error: 'invalid_request' })
  })

  it('binds its tokens to a key by DPoP, with nonces of both servers', async () => {
    const { resource } = await start({ dpop: { required: true, nonce: 'both' } })
    const config = await discover(clients.public)
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const { sent, checks } = await begin()
    const pushed = await openid.buildAuthorizationUrlWithPAR(config, sent, { DPoP })
    const tokens = await openid.authorizationCodeGrant(config, new URL(await approve(pushed)), checks, undefined, {
      DPoP,
    })
    expect(tokens.token_type).toBe('dpop')
    const url = new URL(resource)
    const opened = await openid.fetchProtectedResource(config, tokens.access_token, url, 'GET', null, undefined, {
      DPoP,
    })
    expect(opened.status).toBe(200)
    const refreshed = await openid.refreshTokenGrant(config, `${tokens.refresh_token}`, undefined, { DPoP })
    expect(refreshed.token_type).toBe('dpop')
    const another = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'))
    const stolen = openid.refreshTokenGrant(config, `${refreshed.refresh_token}`, undefined, { DPoP: another })
    await expect(stolen).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  it('introspects and revokes tokens', async () => {
    await start()
    const config = await discover()
    const tokens = bothTokens(await logIn(config))
    const live = await openid.tokenIntrospection(config, tokens.accessToken)
    expect(live).toMatchObject({ active: true, client_id: 'web', scope: 'openid read', iss: running.origin })
    await openid.tokenRevocation(config, tokens.refreshToken, { token_type_hint: 'refresh_token' })
    for (const token of Object.values(tokens)) {
      expect(await openid.tokenIntrospection(config, token)).toEqual({ active: false })
    }
  })

  it('is told nothing by introspection as a public client', async () => {
    await start()
    const config = await discover(clients.public)
    const tokens = bothTokens(await logIn(config))
    const asked = openid.tokenIntrospection(config, tokens.accessToken)
    await expect(asked).rejects.toMatchObject({ error: 'invalid_client' })
  })

  it('registers itself, naming client_secret_post, which is its own default and not that of RFC 7591 §2', async () => {
    const { origin } = await start({ initialAccessToken: 'invited' })
    const named = {
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    }
    const register = (initialAccessToken: string, metadata: Partial<openid.ClientMetadata> = named) =>
      openid.dynamicClientRegistration(new URL(origin), metadata, undefined, {
        initialAccessToken,
        execute: [openid.allowInsecureRequests],
      })
    await expect(register('uninvited')).rejects.toMatchObject({ status: 401 })
    const { token_endpoint_auth_method: _, ...unnamed } = named
    await expect(logIn(await register('invited', unnamed))).rejects.toMatchObject({ error: 'invalid_client' })
    const config = await register('invited')
    const tokens = await logIn(config)
    expect(tokens.claims()?.aud).toBe(config.clientMetadata().client_id)
    expect(tokens.refresh_token).toEqual(expect.any(String))
  })

  it('exchanges a token for another, by its request of any grant', async () => {
    await start()
    const config = await discover()
    const { accessToken } = bothTokens(await logIn(config))
    const exchanged = await openid.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: accessToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'read',
    })
    expect(exchanged).toMatchObject({ scope: 'read', issued_token_type: expect.stringContaining('access_token') })
  })

  it('names the resource that its token is for', async () => {
    const { resource, origin } = await start()
    const config = await discover()
    const mine = await openid.clientCredentialsGrant(config, { resource })
    const another = await openid.clientCredentialsGrant(config, { resource: `${origin}/another` })
    const statuses = [mine, another].map(async ({ access_token: accessToken }) => {
      const opening = openid.fetchProtectedResource(config, accessToken, new URL(resource), 'GET')
      return opening.then(
        ({ status }) => status,
        (thrown: openid.WWWAuthenticateChallengeError) => thrown.status,
      )
    })
    expect(await Promise.all(statuses)).toEqual([200, 401])
  })

  it('logs the user out, who comes back', async () => {
    await start()
    const config = await discover()
    const { id_token: idToken } = await logIn(config)
    const url = openid.buildEndSessionUrl(config, {
      id_token_hint: `${idToken}`,
      post_logout_redirect_uri: postLogoutRedirectUri,
      state: 'bye',
    })
    expect(await approve(url)).toBe(`${postLogoutRedirectUri}?state=bye`)
  })

  it('notices an ID token that a stranger has signed', async () => {
    const { mock } = await start()
    const config = await discover()
    mock.fault('token', { type: 'id_token', signedBy: 'stranger' })
    await expect(logIn(config)).rejects.toMatchObject({ cause: { message: 'JWT signature verification failed' } })
  })

  it('verifies ID tokens of every algorithm that the mock can sign with', async () => {
    for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA'] as const) {
      await start({ idTokenSigningAlg: alg })
      const config = await openid.discovery(
        new URL(running.origin),
        'web',
        { id_token_signed_response_alg: alg },
        openid.ClientSecretPost(clients.confidential.clientSecret),
        { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] },
      )
      expect((await logIn(config)).claims()?.aud).toBe('web')
      await running.close()
    }
  })

  describe('misused', () => {
    const program = async () => {
      const { origin, resource } = await start()
      const { confidential: client, another } = clients
      return openidClientProgram({ issuer: origin, resource, client, another, scope: 'read', approve })
    }
    catchesMisuse(program)
    catchesUnguardedLogin(async () => {
      await start()
      return openid.buildAuthorizationUrl(await discover(), { redirect_uri: redirectUri, scope: 'read' })
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
