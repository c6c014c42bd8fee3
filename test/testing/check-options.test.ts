import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'

const clients = [{ clientId: 'web', clientSecret: 's3cret' }]
const client = (fields: object) => ({ clients: [{ ...clients[0], ...fields }] })

/** As JavaScript has it, or a file: without types. */
const made = (options: unknown) => () => createMockAuthorizationServer(JSON.parse(JSON.stringify(options)))

describe('what the mock is given', () => {
  it.each<[unknown, string]>([
    [[], 'what is given must be an object'],
    [{}, 'clients is missing'],
    [{ clients: {} }, 'clients must be a list'],
    [{ clients, accessTokenLifetme: 60 }, 'accessTokenLifetme is no field: is accessTokenLifetime meant?'],
    [{ clients, toString: 1 }, 'toString is no field: the fields here are profile, server, issuer,'],
    [{ clients, accessTokenLifetime: '60' }, 'accessTokenLifetime must be a number of seconds'],
    [{ clients, refreshTokenLifetime: -1 }, 'refreshTokenLifetime must be a number of seconds'],
    [{ clients, login: 'Page' }, 'login must be one of automatic, page'],
    [{ clients, seed: 0.5 }, 'seed must be a whole number'],
    [{ clients, faults: 'token=503' }, 'faults must be a list'],
    [{ clients, requireState: 'yes' }, 'requireState must be true or false'],
    [{ clients, dpop: { require: true } }, 'dpop.require is no field: is required meant?'],
    [{ clients, profile: 'smokebal' }, 'profile must be one of auth0, cognito,'],
    [{ clients, profile: 'constructor' }, 'profile must be one of auth0,'],
    [{ clients, server: {} }, 'tokenEndpoint of the server must be a URL'],
    [
      { clients, server: { tokenEndpoint: 'https://as.test/token', jwksUri: '/jwks' } },
      'jwksUri of the server must be a URL',
    ],
    [{ clients, profile: 'auth0', server: {} }, 'tokenEndpoint of the server must be a URL'],
    [{ clients: [null] }, 'clients[0] must be an object'],
    [{ clients: [{}] }, 'clients[0].clientId is missing'],
    [{ clients, userClaims: { user: 'x' } }, 'userClaims["user"] must be an object'],
    [client({ secret: 'x' }), 'clients[0].secret is no field: is clientSecret meant?'],
    [client({ redirectUris: 'https://app.test/' }), 'clients[0].redirectUris must be a list'],
    [client({ scope: ['read'] }), 'clients[0].scope must be a text that is not empty'],
    [
      client({ tokenEndpointAuthMethod: 'basic' }),
      'clients[0].tokenEndpointAuthMethod must be one of client_secret_basic,',
    ],
    [{ clients, quirks: { unfitScope: 'drop' } }, 'quirks.unfitScope must be one of refused, dropped'],
    [{ clients, quirks: { publicClients: 'no' } }, 'quirks.publicClients must be true or false'],
    [
      { clients, quirks: { constructor: 1 } },
      'quirks.constructor is no field: the fields here are verificationUriName,',
    ],
    [
      { clients, quirks: { refusals: { wrong_secrt: {} } } },
      'quirks.refusals.wrong_secrt is no field: is wrong_secret meant?',
    ],
    [{ clients, quirks: { refusals: { wrong_secret: 403 } } }, 'quirks.refusals.wrong_secret must be an object'],
    [
      { clients, quirks: { refusals: { wrong_secret: { code: 1 } } } },
      'quirks.refusals.wrong_secret.code is no field: the fields here are status,',
    ],
  ])('is refused where it cannot be: %j', (options, words) => {
    expect(made(options)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    expect(made(options)).toThrow(words)
  })

  it('may be undefined where it may be left out', () => {
    const options = Object.fromEntries(['profile', 'server', 'login', 'dpop', 'seed'].map((name) => [name, undefined]))
    expect(createMockAuthorizationServer({ clients, ...options }).server.issuer).toBe('https://as.test')
  })
})
