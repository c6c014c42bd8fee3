import { base64url } from 'jose'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askIntrospection, askResource, askToken, basic, get } from './wire.js'

const setUp = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 's3cret' },
      { clientId: 'api', clientSecret: 's3cret' },
      { clientId: 'page' },
    ],
    ...options,
  })
  const client = createClient({ server: mock.server, clientId: 'api', clientSecret: 's3cret', fetch: mock.fetch })
  const user = mock.issue({ clientId: 'web', scope: 'read write', subject: 'ada' })
  return { mock, client, user }
}
const prefix = 'urn:ietf:params:oauth:token-type:'
const api = basic('api', 's3cret')
const exchange = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: `${prefix}access_token`,
}

describe('the mock exchanges tokens (RFC 8693)', () => {
  it('for one in the name of the same user, which opens the resource', async () => {
    const { mock, client, user } = setUp()
    const token = await client.tokenExchange({ subjectToken: user.accessToken, subjectTokenType: 'access_token' })
    expect(token).toMatchObject({ issuedTokenType: `${prefix}access_token`, scope: 'read write', tokenType: 'Bearer' })
    expect((await askResource(mock, token.accessToken)).json).toMatchObject({ clientId: 'api', subject: 'ada' })
  })

  it('with an actor, of whom the new token tells (§4.1)', async () => {
    const { mock, client, user } = setUp()
    const { accessToken: actorToken } = await client.clientCredentials()
    const token = await client.tokenExchange({
      subjectToken: user.accessToken,
      subjectTokenType: 'access_token',
      actorToken,
      actorTokenType: 'access_token',
      scope: 'read',
    })
    const { subject, raw } = await client.introspect(token)
    expect({ subject, act: raw['act'], scope: raw['scope'] }).toEqual({
      subject: 'ada',
      act: { sub: 'api' },
      scope: 'read',
    })
    const foreign = mock.issue({ clientId: 'web' }).accessToken
    const stolen = {
      ...exchange,
      subject_token: user.accessToken,
      actor_token: foreign,
      actor_token_type: `${prefix}jwt`,
    }
    expect((await askToken(mock, stolen, api)).json['error']).toBe('invalid_request')
  })

  it('for what is no access token, and says so', async () => {
    const { client, user } = setUp()
    const options = { subjectToken: user.accessToken, subjectTokenType: 'access_token' } as const
    expect(await client.tokenExchange({ ...options, requestedTokenType: 'id_token' })).toMatchObject({
      tokenType: 'N_A',
      issuedTokenType: `${prefix}id_token`,
    })
    const other = client.tokenExchange({ ...options, requestedTokenType: 'saml2' })
    expect(await failureOf(other)).toMatchObject({ error: 'invalid_request' })
  })

  it.each(['opaque', 'jwt'] as const)(
    'for what is no access token, which opens nothing and is exchanged for nothing (§2.2.1), where those are %s',
    async (accessTokenFormat) => {
      const { mock, client } = setUp({ accessTokenFormat })
      const { accessToken: subjectToken } = mock.issue({ clientId: 'web', scope: 'openid' })
      const options = { subjectToken, subjectTokenType: 'access_token', requestedTokenType: 'id_token' } as const
      const { accessToken } = await client.tokenExchange(options)
      expect(accessToken).not.toContain('.')
      expect((await askResource(mock, accessToken)).status).toBe(401)
      expect(mock.requests.at(-1)?.refused).toBe('this was issued as no access token: it opens nothing')
      const userinfo = await get(mock, `${mock.server.userinfoEndpoint}`, { authorization: `Bearer ${accessToken}` })
      expect(userinfo.status).toBe(401)
      expect((await askIntrospection(mock, { token: accessToken }, api)).json).toEqual({ active: false })
      expect(await failureOf(client.tokenExchange({ ...options, subjectToken: accessToken }))).toMatchObject({
        error: 'invalid_request',
      })
    },
  )

  it('for targets that it knows, all of those that are named', async () => {
    const { client, user } = setUp({ exchangeTargets: ['a', 'b', 'https://c.test/'] })
    const options = { subjectToken: user.accessToken, subjectTokenType: 'access_token' } as const
    await client.tokenExchange({ ...options, audience: ['a', 'b'], resource: 'https://c.test/' })
    for (const wrong of [{ audience: ['z', 'a'] }, { resource: ['https://z.test/', 'https://c.test/'] }]) {
      expect(await failureOf(client.tokenExchange({ ...options, ...wrong }))).toMatchObject({ error: 'invalid_target' })
    }
  })

  it.each<[string, string, Record<string, string>]>([
    ['no subject token', 'invalid_request', {}],
    ['an unknown subject token', 'invalid_request', { subject_token: 'unknown' }],
    ['a type that is not its own', 'invalid_request', { subject_token: 'TOKEN', subject_token_type: `${prefix}saml2` }],
    ['no type', 'invalid_request', { subject_token: 'TOKEN', subject_token_type: '' }],
    ['an actor without a type', 'invalid_request', { subject_token: 'TOKEN', actor_token: 'x' }],
    ['more scope than the token has', 'invalid_scope', { subject_token: 'TOKEN', scope: 'admin' }],
  ])('but not with %s', async (_, error, fields) => {
    const { mock, user } = setUp()
    const form = {
      ...exchange,
      ...fields,
      ...(fields['subject_token'] === 'TOKEN' && { subject_token: user.accessToken }),
    }
    expect(await askToken(mock, form, api)).toMatchObject({ status: 400, json: { error } })
  })

  it('but not one that was revoked, nor for a public client', async () => {
    const { mock, user } = setUp()
    const form = { ...exchange, subject_token: user.accessToken }
    expect((await askToken(mock, { ...form, client_id: 'page' })).json['error']).toBe('unauthorized_client')
    mock.revoke(user.accessToken)
    expect((await askToken(mock, form, api)).json['error']).toBe('invalid_request')
  })
})

const encoded = (json: object) => base64url.encode(JSON.stringify(json))

const issuerOf = async () => {
  const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const { privateKey, publicKey } = await crypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', publicKey)
  const sign = async (claims: object) => {
    const signed = `${encoded({ alg: 'ES256' })}.${encoded(claims)}`
    const signature = await crypto.subtle.sign(ecdsa, privateKey, new TextEncoder().encode(signed))
    return `${signed}.${base64url.encode(new Uint8Array(signature))}`
  }
  return { keys: [jwk], sign }
}

describe('the mock takes the assertions of known issuers (RFC 7523)', () => {
  const iss = 'https://idp.test'
  const claims = () => ({ iss, sub: 'ada', aud: 'https://as.test/token', exp: Math.floor(Date.now() / 1000) + 60 })
  const withIssuer = async () => {
    const { keys, sign } = await issuerOf()
    const world = setUp({ assertionIssuers: { [iss]: { keys } } })
    const ask = async (changes: object = {}) =>
      world.client.jwtBearer({ assertion: await sign({ ...claims(), ...changes }), scope: 'read' })
    return { ...world, ask, sign }
  }

  it('and gives a token for their subject, to a public client too', async () => {
    const { mock, ask, sign } = await withIssuer()
    expect((await askResource(mock, (await ask()).accessToken)).json).toMatchObject({ subject: 'ada', scope: 'read' })
    const page = createClient({ server: mock.server, clientId: 'page', fetch: mock.fetch })
    expect((await page.jwtBearer({ assertion: await sign(claims()) })).tokenType).toBe('Bearer')
    expect((await ask({ aud: ['https://other.test', 'https://as.test'] })).tokenType).toBe('Bearer')
  })

  it.each<[string, object]>([
    ['of another issuer', { iss: 'https://evil.test' }],
    ['of an issuer by a name that every object has', { iss: 'constructor' }],
    ['for another server', { aud: 'https://evil.test' }],
    ['that has expired', { exp: 1 }],
    ['that lives for a day', { exp: Math.floor(Date.now() / 1000) + 86_400 }],
    ['without an end', { exp: undefined }],
    ['without a subject', { sub: undefined }],
    ['for later', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ])('but not one %s', async (_, changes) => {
    const { ask } = await withIssuer()
    expect(await failureOf(ask(changes))).toMatchObject({ error: 'invalid_grant', status: 400 })
  })

  it.each([undefined, [], [null]])('but not one for %j, where the server has no issuer itself', async (aud) => {
    const { keys, sign } = await issuerOf()
    const server = {
      tokenEndpoint: 'https://as.test/token',
      grantTypesSupported: ['urn:ietf:params:oauth:grant-type:jwt-bearer'],
    }
    const { client } = setUp({ server, assertionIssuers: { [iss]: { keys } } })
    const refused = client.jwtBearer({ assertion: await sign({ ...claims(), aud }) })
    expect(await failureOf(refused)).toMatchObject({ error: 'invalid_grant' })
    expect(await client.jwtBearer({ assertion: await sign(claims()) })).toMatchObject({ tokenType: 'Bearer' })
  })

  it.each([{ use: 'enc' }, { alg: 'ES384' }])('but not one by a key for something else: %j', async (said) => {
    const { keys, sign } = await issuerOf()
    const { client } = setUp({ assertionIssuers: { [iss]: { keys: keys.map((key) => ({ ...key, ...said })) } } })
    const refused = client.jwtBearer({ assertion: await sign(claims()) })
    expect(await failureOf(refused)).toMatchObject({ error: 'invalid_grant' })
  })

  it('but not one of another key, nor the same one twice, nor what is none', async () => {
    const { client, ask } = await withIssuer()
    const forged = await (await issuerOf()).sign(claims())
    for (const assertion of [forged, 'no.jwt', `${encoded({ alg: 'none' })}.${encoded(claims())}.`]) {
      expect(await failureOf(client.jwtBearer({ assertion }))).toMatchObject({ error: 'invalid_grant' })
    }
    await ask({ jti: 'once' })
    expect(await failureOf(ask({ jti: 'once' }))).toMatchObject({ error: 'invalid_grant' })
  })
})

describe('the mock has the extension grants of a test (RFC 6749 §4.5)', () => {
  const extensionGrants: MockAuthorizationServerOptions['extensionGrants'] = {
    'urn:example:ticket': ({ ticket }) =>
      ticket === 'good'
        ? { subject: 'ada', scope: 'read', refreshToken: true, fields: { vendor: 7 } }
        : { error: 'invalid_grant', errorDescription: 'no such ticket' },
  }

  it('which give tokens, or an error', async () => {
    const { mock, client } = setUp({ extensionGrants })
    const token = await client.extensionGrant('urn:example:ticket', { ticket: 'good' })
    expect(token).toMatchObject({ scope: 'read', raw: { vendor: 7 } })
    expect((await askResource(mock, token.accessToken)).json).toMatchObject({ subject: 'ada' })
    expect((await client.refresh(token)).scope).toBe('read')
    expect(await failureOf(client.extensionGrant('urn:example:ticket', { ticket: 'bad' }))).toMatchObject({
      error: 'invalid_grant',
      errorDescription: 'no such ticket',
    })
  })

  it('and no other, nor for a client that is registered without', async () => {
    const clients = [{ clientId: 'api', clientSecret: 's3cret', grantTypes: ['client_credentials'] }]
    const { client } = setUp({ extensionGrants })
    expect(await failureOf(client.extensionGrant('urn:example:other'))).toMatchObject({
      error: 'unsupported_grant_type',
    })
    const mock = createMockAuthorizationServer({ extensionGrants, clients })
    const limited = createClient({ server: mock.server, clientId: 'api', clientSecret: 's3cret', fetch: mock.fetch })
    const refused = limited.extensionGrant('urn:example:ticket', { ticket: 'good' })
    expect(await failureOf(refused)).toMatchObject({ error: 'unauthorized_client' })
  })
})
