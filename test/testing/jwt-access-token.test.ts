import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { askIntrospection, askResource, askRevocation, askToken, basic, get } from './wire.js'

const web = basic('web', 's3cret')
const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({
    clients: [{ clientId: 'web', clientSecret: 's3cret' }],
    accessTokenFormat: 'jwt',
    ...options,
  })
const machine = { grant_type: 'client_credentials', scope: 'read' }

describe('an access token that is a JWT', () => {
  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'is verified by a resource with the keys at jwks_uri (RFC 9068): %s',
    async (idTokenSigningAlg) => {
      const now = Date.now()
      const mock = mockOf({ idTokenSigningAlg, clock: { now: () => now, sleep: async () => {} } })
      const { server, resource, close } = await mock.listen()
      try {
        const ask = async () => {
          const headers = { ...web, 'content-type': 'application/x-www-form-urlencoded' }
          const body = new URLSearchParams(machine)
          const answer = await fetch(server.tokenEndpoint, { method: 'POST', headers, body })
          return `${((await answer.json()) as { readonly access_token?: string }).access_token}`
        }
        const keys = createRemoteJWKSet(new URL(`${server.jwksUri}`), { cooldownDuration: 0 })
        const wanted = { issuer: `${server.issuer}`, audience: resource, typ: 'at+jwt' }
        const first = await ask()
        const { payload, protectedHeader } = await jwtVerify(first, keys, wanted)
        expect(protectedHeader).toMatchObject({ alg: idTokenSigningAlg, typ: 'at+jwt' })
        expect(payload).toEqual({
          ...{ iss: server.issuer, aud: resource, sub: 'web', client_id: 'web', scope: 'read' },
          ...{ iat: expect.any(Number), exp: (payload.iat ?? 0) + 3600, jti: expect.any(String) },
        })
        mock.rotateKeys()
        const second = await ask()
        expect(decodeProtectedHeader(second).kid).not.toBe(protectedHeader.kid)
        for (const token of [first, second]) await jwtVerify(token, keys, wanted)
      } finally {
        await close()
      }
    },
  )

  it('is for the resources that were asked for', async () => {
    const mock = mockOf()
    const { json } = await askToken(mock, { ...machine, resource: 'https://api.test' }, web)
    const keys = createRemoteJWKSet(new URL(`${mock.server.jwksUri}`), { [customFetch]: mock.fetch })
    const { payload } = await jwtVerify(`${json['access_token']}`, keys)
    expect(payload.aud).toBe('https://api.test')
    expect((await askResource(mock, json['access_token'])).json['error_description']).toBe(
      'the access token is for another audience',
    )
  })

  it('is taken at every endpoint of the mock, and revoked', async () => {
    const mock = mockOf()
    const { json } = await askToken(mock, machine, web)
    const token = `${json['access_token']}`
    expect((await askResource(mock, token, '?scope=read')).json).toMatchObject({ clientId: 'web' })
    expect((await askIntrospection(mock, { token }, web)).json).toMatchObject({ active: true, scope: 'read' })
    await askRevocation(mock, { token }, web)
    expect((await askIntrospection(mock, { token }, web)).json).toEqual({ active: false })
    const refused = await get(mock, mock.resource, { authorization: `Bearer ${token}` })
    expect(refused.json['error_description']).toBe('the access token was revoked')
  })

  it('of a service is signed as its ID tokens are, and no RFC 9068 token', async () => {
    const mock = createMockAuthorizationServer({
      profile: 'auth0',
      clients: [{ clientId: 'web', clientSecret: 's3cret' }],
    })
    const { json } = await askToken(mock, machine, web)
    const keys = createRemoteJWKSet(new URL(`${mock.server.jwksUri}`), { [customFetch]: mock.fetch })
    const { protectedHeader } = await jwtVerify(`${json['access_token']}`, keys, { issuer: `${mock.server.issuer}` })
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  })

  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
    'and minted at once is verified by the same keys, whichever way they were made: %s',
    async (idTokenSigningAlg) => {
      const mock = mockOf({ idTokenSigningAlg })
      const keys = createRemoteJWKSet(new URL(`${mock.server.jwksUri}`), {
        [customFetch]: mock.fetch,
        cooldownDuration: 0,
      })
      const minted = mock.issue({ clientId: 'web', scope: 'read' }).accessToken
      const { json } = await askToken(mock, machine, web)
      const kids = [minted, `${json['access_token']}`].map((token) => decodeProtectedHeader(token).kid)
      expect(kids[0]).toBe(kids[1])
      mock.rotateKeys()
      const later = mock.issue({ clientId: 'web', scope: 'read' }).accessToken
      expect(decodeProtectedHeader(later).kid).not.toBe(kids[0])
      for (const token of [minted, `${json['access_token']}`, later]) {
        await jwtVerify(token, keys, { audience: mock.resource, typ: 'at+jwt', algorithms: [idTokenSigningAlg] })
      }
    },
  )

  it('of a service that publishes no keys here has a signature of its kind', async () => {
    const mock = createMockAuthorizationServer({
      profile: 'smokeball',
      clients: [{ clientId: 'web', clientSecret: 's3cret' }],
    })
    const { json } = await askToken(mock, { grant_type: 'client_credentials', client_id: 'web' }, web)
    for (const token of [`${json['access_token']}`, mock.issue({ clientId: 'web' }).accessToken]) {
      expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', kid: expect.any(String), typ: 'JWT' })
      expect(token.split('.')[2]).toHaveLength(342)
    }
  })

  it('that is minted in a browser is taken by the mock, and verified by nobody else', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined as never)
    try {
      const mock = mockOf()
      const { accessToken } = mock.issue({ clientId: 'web', scope: 'read' })
      expect((await askResource(mock, accessToken)).status).toBe(200)
      const keys = createRemoteJWKSet(new URL(`${mock.server.jwksUri}`), { [customFetch]: mock.fetch })
      await expect(jwtVerify(accessToken, keys)).rejects.toBeInstanceOf(errors.JOSEError)
      const { json } = await askToken(mock, machine, web)
      await jwtVerify(`${json['access_token']}`, keys)
    } finally {
      vi.restoreAllMocks()
    }
  })
})
