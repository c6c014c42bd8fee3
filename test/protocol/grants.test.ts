import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, createClient, missingScope } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server: AuthorizationServer = {
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
}
const now = Date.UTC(2030, 0, 1)

const setUp = (answer: object = { access_token: 'at' }, facts: Partial<AuthorizationServer> = {}) => {
  const wire = scriptedServer(json(answer))
  const client = createClient({
    server: { ...server, ...facts },
    clientId: 'web',
    clientSecret: 's',
    fetch: wire.fetch,
    clock: fakeClock(now),
  })
  return { wire, client }
}

const redirectUri = 'https://app.test/callback'

describe('code exchange', () => {
  it('sends the code, the verifier and the redirect URI of the request', async () => {
    const { client, wire } = setUp()
    const request = await client.authorizationRequest({ redirectUri })
    await client.exchangeCode(`${redirectUri}?code=c&state=${request.state}`, request)
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: 'authorization_code',
      code: 'c',
      redirect_uri: redirectUri,
      code_verifier: request.codeVerifier,
    })
  })

  it('works for another client instance, with a request that came back from JSON', async () => {
    const kept = JSON.stringify(await setUp().client.authorizationRequest({ redirectUri, scope: 'a b' }))
    const request = JSON.parse(kept)
    const { client } = setUp({ access_token: 'at', scope: 'a' })
    const token = await client.exchangeCode(`?code=c&state=${request.state}`, request)
    expect(token).toMatchObject({ accessToken: 'at', scope: 'a', requestedScope: 'a b' })
    expect(missingScope(token)).toEqual(['b'])
  })

  it('grants what was asked for where the answer names no scope', async () => {
    const { client } = setUp()
    const request = await client.authorizationRequest({ redirectUri, scope: 'a b' })
    const token = await client.exchangeCode(`?code=c&state=${request.state}`, request)
    expect(token.scope).toBe('a b')
    expect(missingScope(token)).toEqual([])
    expect(missingScope({ scope: 'a b', requestedScope: ' a  b ' })).toEqual([])
  })

  it('passes vendor parameters on', async () => {
    const { client, wire } = setUp()
    const request = await client.authorizationRequest({ redirectUri })
    await client.exchangeCode(`?code=c&state=${request.state}`, request, { parameters: { audience: 'x' } })
    expect(wire.only().form.get('audience')).toBe('x')
  })

  it.each([
    ['lost', async () => undefined],
    [
      'of another client',
      async () => ({ ...(await setUp().client.authorizationRequest({ redirectUri })), clientId: 'x' }),
    ],
    [
      'of another issuer',
      async () => ({ ...(await setUp().client.authorizationRequest({ redirectUri })), issuer: 'https://evil.test' }),
    ],
  ])('sends nothing where the request is %s', async (_, make) => {
    const { client, wire } = setUp({}, { issuer: 'https://as.test' })
    const request = (await make()) as Awaited<ReturnType<typeof client.authorizationRequest>>
    const error = await failureOf(client.exchangeCode(`?code=c&state=${request?.state}`, request))
    expect(error.code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it('judges iss by its own server where the request knows no issuer', async () => {
    const request = await setUp().client.authorizationRequest({ redirectUri })
    const callback = (iss: string) => `?code=c&state=${request.state}&iss=${encodeURIComponent(iss)}`
    const { client, wire } = setUp({ access_token: 'at' }, { issuer: 'https://as.test' })
    const error = await failureOf(client.exchangeCode(callback('https://evil.test'), request))
    expect(error.code).toBe('issuer_mismatch')
    expect(wire.sent).toHaveLength(0)
    expect((await client.exchangeCode(callback('https://as.test'), request)).accessToken).toBe('at')
    const strict = setUp({}, { issuer: 'https://as.test', authorizationResponseIssParameterSupported: true }).client
    expect((await failureOf(strict.exchangeCode(`?code=c&state=${request.state}`, request))).code).toBe(
      'issuer_mismatch',
    )
  })

  it('sends nothing where the callback is refused', async () => {
    const { client, wire } = setUp()
    const request = await client.authorizationRequest({ redirectUri })
    expect((await failureOf(client.exchangeCode('?code=c&state=forged', request))).code).toBe('state_mismatch')
    expect(wire.sent).toHaveLength(0)
  })
})

describe('refresh', () => {
  const before = {
    accessToken: 'old',
    refreshToken: 'rt',
    refreshTokenExpiresAt: now + 1000,
    scope: 'a',
    requestedScope: 'a b',
    idToken: 'id.to.ken',
  }

  it('sends the refresh token, and no scope unless told to', async () => {
    const { client, wire } = setUp()
    await client.refresh('rt')
    expect(wire.only().body).toBe('grant_type=refresh_token&refresh_token=rt')
  })

  it('keeps the old refresh token when none is returned', async () => {
    expect((await setUp().client.refresh('rt')).refreshToken).toBe('rt')
    const kept = await setUp({ access_token: 'at' }, { defaultRefreshTokenExpiresIn: 60 }).client.refresh(before)
    expect(kept).toMatchObject({ refreshToken: 'rt', refreshTokenExpiresAt: now + 1000 })
  })

  it('takes a new refresh token, with its own lifetime', async () => {
    const answer = { access_token: 'at', refresh_token: 'rt2' }
    const plain = await setUp(answer).client.refresh(before)
    expect(plain.refreshToken).toBe('rt2')
    expect(plain.refreshTokenExpiresAt).toBeUndefined()
    const known = await setUp(answer, { defaultRefreshTokenExpiresIn: 60 }).client.refresh(before)
    expect(known.refreshTokenExpiresAt).toBe(now + 60_000)
  })

  it('does not take an old refresh token that is repeated for a new one', async () => {
    const answer = { access_token: 'at', refresh_token: 'rt' }
    const same = await setUp(answer, { defaultRefreshTokenExpiresIn: 60 }).client.refresh(before)
    expect(same).toMatchObject({ refreshToken: 'rt', refreshTokenExpiresAt: now + 1000 })
  })

  it('keeps what was granted before where the answer names no scope', async () => {
    const token = await setUp().client.refresh(before)
    expect(token).toMatchObject({ scope: 'a', requestedScope: 'a b', idToken: 'id.to.ken' })
  })

  it('knows the scope that it narrowed to itself', async () => {
    const { client, wire } = setUp()
    const token = await client.refresh({ ...before, scope: 'a b' }, { scope: ['b'] })
    expect(wire.only().form.get('scope')).toBe('b')
    expect(token).toMatchObject({ scope: 'b', requestedScope: 'b' })
  })

  it('sends nothing without a refresh token', async () => {
    const { client, wire } = setUp()
    for (const token of ['', { accessToken: 'at' }, undefined as unknown as string]) {
      expect((await failureOf(client.refresh(token))).code).toBe('invalid_argument')
    }
    expect(wire.sent).toHaveLength(0)
  })
})

describe('client credentials', () => {
  it('ask for a scope as a text or a list', async () => {
    for (const scope of ['a b', ['a', 'b']]) {
      const { client, wire } = setUp()
      await client.clientCredentials({ scope })
      expect(wire.only().body).toBe('grant_type=client_credentials&scope=a+b')
    }
  })

  it('are not for a public client', async () => {
    const wire = scriptedServer()
    const client = createClient({ server, clientId: 'app', fetch: wire.fetch })
    expect((await failureOf(client.clientCredentials())).code).toBe('unsupported')
    expect(wire.sent).toHaveLength(0)
  })
})
