import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'

const clients = [{ clientId: 'web', clientSecret: 's3cret' }]
const client = (fields: object) => ({ clients: [{ ...clients[0], ...fields }] })

/** As JavaScript has it, or a file: without types. */
const made = (options: unknown) => () => createMockAuthorizationServer(JSON.parse(JSON.stringify(options)))

describe('what the mock is given', () => {
  it.each<[unknown, string]>([
    [[], 'what createMockAuthorizationServer is given must be an object'],
    [{}, 'clients must be a list'],
    [{ clients, accessTokenLifetme: 60 }, 'createMockAuthorizationServer has no accessTokenLifetme'],
    [{ clients, toString: 1 }, 'createMockAuthorizationServer has no toString'],
    [{ clients, accessTokenLifetime: '60' }, 'accessTokenLifetime must be a number of seconds'],
    [{ clients, refreshTokenLifetime: -1 }, 'refreshTokenLifetime must be a number of seconds'],
    [{ clients, login: 'Page' }, 'login must be automatic or page'],
    [{ clients, seed: 0.5 }, 'seed must be a whole number'],
    [{ clients, faults: 'token=503' }, 'faults must be a list'],
    [{ clients, requireState: 'yes' }, 'requireState must be true or false'],
    [{ clients, dpop: { require: true } }, 'dpop has no require'],
    [{ clients, profile: 'smokebal' }, 'no profile is called smokebal: there are auth0, cognito,'],
    [{ clients, profile: 'constructor' }, 'no profile is called constructor'],
    [{ clients, server: {} }, 'tokenEndpoint of the server must be a URL'],
    [
      { clients, server: { tokenEndpoint: 'https://as.test/token', jwksUri: '/jwks' } },
      'jwksUri of the server must be a URL',
    ],
    [{ clients, profile: 'auth0', server: {} }, 'tokenEndpoint of the server must be a URL'],
    [{ clients: [null] }, 'clients[0] must be an object'],
    [client({ secret: 'x' }), 'clients[0] has no secret'],
    [client({ redirectUris: 'https://app.test/' }), 'clients[0].redirectUris must be a list of texts'],
    [client({ scope: ['read'] }), 'clients[0].scope must be a text'],
    [client({ tokenEndpointAuthMethod: 'basic' }), 'clients[0].tokenEndpointAuthMethod must be client_secret_basic or'],
    [{ clients, quirks: { unfitScope: 'drop' } }, 'quirks.unfitScope must be refused or dropped'],
    [{ clients, quirks: { publicClients: 'no' } }, 'quirks.publicClients must be true or false'],
    [{ clients, quirks: { constructor: 1 } }, 'quirks has no constructor'],
    [{ clients, quirks: { refusals: { wrong_secrt: {} } } }, 'quirks.refusals has no wrong_secrt'],
    [{ clients, quirks: { refusals: { wrong_secret: 403 } } }, 'quirks.refusals.wrong_secret must be an object'],
    [{ clients, quirks: { refusals: { wrong_secret: { code: 1 } } } }, 'quirks.refusals.wrong_secret has no code'],
  ])('is refused where it cannot be: %j', (options, words) => {
    expect(made(options)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    expect(made(options)).toThrow(words)
  })

  it('may be undefined where it may be left out', () => {
    const options = Object.fromEntries(['profile', 'server', 'login', 'dpop', 'seed'].map((name) => [name, undefined]))
    expect(createMockAuthorizationServer({ clients, ...options }).server.issuer).toBe('https://as.test')
  })
})
