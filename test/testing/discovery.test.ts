import { expect, it } from 'vitest'
import { discover } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { get } from './wire.js'

const clients = [{ clientId: 'web' }]

it('publishes its metadata under the names of RFC 8414', async () => {
  const mock = createMockAuthorizationServer({ clients })
  const documents = ['oauth-authorization-server', 'openid-configuration'].map((name) =>
    get(mock, `https://as.test/.well-known/${name}`),
  )
  for (const { status, json } of await Promise.all(documents)) {
    expect(status).toBe(200)
    expect(json).toEqual({
      issuer: 'https://as.test',
      authorization_endpoint: 'https://as.test/authorize',
      token_endpoint: 'https://as.test/token',
      device_authorization_endpoint: 'https://as.test/device_authorization',
      pushed_authorization_request_endpoint: 'https://as.test/par',
      revocation_endpoint: 'https://as.test/revoke',
      registration_endpoint: 'https://as.test/register',
      introspection_endpoint: 'https://as.test/introspect',
      userinfo_endpoint: 'https://as.test/userinfo',
      end_session_endpoint: 'https://as.test/end_session',
      jwks_uri: 'https://as.test/jwks',
      id_token_signing_alg_values_supported: ['ES256'],
      response_types_supported: ['code'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:token-exchange',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
      ],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: [
        ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
      ],
      token_endpoint_auth_signing_alg_values_supported: [
        ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
        ...['HS256', 'HS384', 'HS512'],
      ],
      authorization_response_iss_parameter_supported: true,
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
    })
  }
})

it('puts the path of an issuer behind the well-known name, or before it', async () => {
  const mock = createMockAuthorizationServer({ clients, issuer: 'https://as.test/tenant/1' })
  const statusOf = async (path: string) => (await get(mock, `https://as.test${path}`)).status
  expect(await statusOf('/.well-known/oauth-authorization-server/tenant/1')).toBe(200)
  expect(await statusOf('/tenant/1/.well-known/openid-configuration')).toBe(200)
  expect(await statusOf('/tenant/1/.well-known/oauth-authorization-server')).toBe(404)
  expect(await statusOf('/.well-known/openid-configuration')).toBe(404)
})

it.each(['https://as.test', 'https://as.test/', 'https://as.test/tenant'])(
  'is found by discover(%j)',
  async (issuer) => {
    const mock = createMockAuthorizationServer({ clients, issuer })
    expect(await discover(issuer, { fetch: mock.fetch })).toEqual(mock.server)
  },
)

it('is read by GET', async () => {
  const mock = createMockAuthorizationServer({ clients })
  const answer = await mock.fetch('https://as.test/.well-known/openid-configuration', { method: 'POST' })
  expect(answer.status).toBe(405)
})

it.each(['miwa', 'wicked', 'smokeball'] as const)('is not there in %s', async (profile) => {
  const mock = createMockAuthorizationServer({ profile, clients: [{ clientId: 'web', clientSecret: 's' }] })
  const { origin } = new URL(mock.server.tokenEndpoint)
  for (const name of ['oauth-authorization-server', 'openid-configuration']) {
    expect((await get(mock, `${origin}/.well-known/${name}`)).status).toBe(404)
  }
})

it.each(['no url', 'https://as.test/?a=1', 'https://as.test/#a', 'HTTPS://as.test'])(
  'an issuer cannot be %j',
  async (issuer) => {
    const failure = await failureOf(() => createMockAuthorizationServer({ clients, issuer }))
    expect(failure).toMatchObject({ code: 'invalid_argument' })
  },
)
