import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type ListeningMock } from '../../src/testing/index.js'
import { createBrowser } from '../oidc/browser.js'
import { clients, type RunningProvider, redirectUri, startProvider } from '../oidc/provider.js'
import { catchesMisuse } from './misuse.js'
import { openidClientProgram } from './openid-client-program.js'
import { challengeOf, newVerifier } from './pkce.js'

let provider: RunningProvider
let mock: ListeningMock

beforeAll(async () => {
  provider = await startProvider({
    ...{ deviceCodeLifetime: 60, registration: 'open', targets: { requirePushed: false } },
  })
  const same = [clients.basic, clients.post, clients.public].map((client) => ({
    ...{ clientId: client.clientId, redirectUris: [redirectUri], scope: 'openid read write' },
    ...('clientSecret' in client && {
      ...{ clientSecret: client.clientSecret, tokenEndpointAuthMethod: client.clientAuthentication },
    }),
  }))
  mock = await createMockAuthorizationServer({ clients: same }).listen()
})

afterAll(async () => {
  await Promise.all([provider.close(), mock.close()])
})

/** What the mock is held to in the other files: the same tests, of a server that is certified. */
describe('oidc-provider, misused by way of openid-client', () => {
  catchesMisuse(() =>
    openidClientProgram({
      ...{ issuer: provider.issuer, resource: provider.resource, scope: 'openid read' },
      ...{ client: clients.basic, another: clients.awkward },
      approve: async (url) => (await createBrowser().visit(url)).url,
    }),
  )
})

type Fields = Readonly<Record<string, string>>

interface Asked {
  readonly endpoint: string
  readonly headers?: Fields
  /** @default nothing */
  readonly form?: Fields
  /** What is sent in place of a form. */
  readonly body?: string
}

const basic = ({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }): Fields => ({
  authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
})

const known = basic(clients.basic)
const guessed = basic({ ...clients.basic, clientSecret: 'guessed' })
const json = { 'content-type': 'application/json' }
const atToken = (form: Fields, headers: Fields = known): Asked => ({ endpoint: 'token_endpoint', headers, form })
const posted = (name: string, form: Fields, headers: Fields = known): Asked => ({
  ...{ endpoint: `${name}_endpoint`, headers, form },
})

const metadataOf = async (issuer: string): Promise<Fields> =>
  (await fetch(`${issuer}/.well-known/openid-configuration`)).json()

/** The status, the `error`, and whether there is a challenge. */
const answerOf = async (issuer: string, { endpoint, headers, form, body }: Asked): Promise<string> => {
  const answer = await fetch(`${(await metadataOf(issuer))[endpoint]}`, {
    ...{ method: 'POST', body: body ?? `${new URLSearchParams(form)}` },
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })
  const text = await answer.text()
  const { error = '' } = text ? JSON.parse(text) : {}
  return `${answer.status} ${error}${answer.headers.has('www-authenticate') ? ' with a challenge' : ''}`.trim()
}

/** The `error` that the user brings back, or what they see where they are sent nowhere. */
const errorOf = async (issuer: string, query: Fields): Promise<string> => {
  const url = `${(await metadataOf(issuer))['authorization_endpoint']}?${new URLSearchParams(query)}`
  const answer = await fetch(url, { redirect: 'manual' })
  const callback = answer.headers.get('location')
  if (callback === null) return `page ${answer.status}`
  return callback.startsWith(redirectUri) ? `${new URL(callback).searchParams.get('error') ?? 'code'}` : 'login'
}

const credentials = { grant_type: 'client_credentials' }
const { clientId: basicId, clientSecret } = clients.basic
const { clientId: publicId } = clients.public
const challenge = { code_challenge: challengeOf(newVerifier()), code_challenge_method: 'S256' }
const login = {
  ...{ client_id: basicId, response_type: 'code', redirect_uri: redirectUri, state: 'kept' },
  ...challenge,
}
const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
const publicLogin = { ...login, client_id: publicId, scope: 'openid' }

describe('the mock refuses as oidc-provider does', () => {
  it.each<[string, Asked, string]>([
    ['a request without grant_type', atToken({}), '400 invalid_request'],
    ['a grant that nobody knows', atToken({ grant_type: 'password' }), '400 unsupported_grant_type'],
    [
      'a code that was made up',
      atToken({ grant_type: 'authorization_code', code: 'x', redirect_uri: redirectUri }),
      '400 invalid_grant',
    ],
    ['a missing code', atToken({ grant_type: 'authorization_code', redirect_uri: redirectUri }), '400 invalid_request'],
    [
      'a refresh token that was made up',
      atToken({ grant_type: 'refresh_token', refresh_token: 'x' }),
      '400 invalid_grant',
    ],
    ['a missing refresh token', atToken({ grant_type: 'refresh_token' }), '400 invalid_request'],
    ['a scope that the client may not have', atToken({ ...credentials, scope: 'admin' }), '400 invalid_scope'],
    ['a missing secret', atToken({ ...credentials, client_id: basicId }, {}), '401 invalid_client'],
    ['an unknown client', atToken({ ...credentials, client_id: 'nobody' }, {}), '401 invalid_client'],
    [
      'an unknown client that used the header',
      atToken(credentials, basic({ clientId: 'nobody', clientSecret: 'x' })),
      '401 invalid_client with a challenge',
    ],
    ['a wrong secret in the header', atToken(credentials, guessed), '401 invalid_client with a challenge'],
    [
      'a wrong secret in the body',
      atToken({ ...credentials, client_id: clients.post.clientId, client_secret: 'guessed' }, {}),
      '401 invalid_client',
    ],
    [
      'two ways of authentication',
      atToken({ ...credentials, client_id: basicId, client_secret: clientSecret }),
      '400 invalid_request',
    ],
    ['two client IDs', atToken({ ...credentials, client_id: clients.post.clientId }), '400 invalid_request'],
    [
      'a repeated parameter',
      { endpoint: 'token_endpoint', headers: known, body: 'grant_type=client_credentials&scope=read&scope=write' },
      '400 invalid_request',
    ],
    [
      'a public client with a secret',
      atToken({ grant_type: 'refresh_token', refresh_token: 'x', client_id: publicId, client_secret: 'x' }, {}),
      '401 invalid_client',
    ],
    [
      'JSON in place of a form',
      { endpoint: 'token_endpoint', headers: { ...known, ...json }, body: JSON.stringify(credentials) },
      '400 invalid_request',
    ],
    [
      'a device code that was made up',
      atToken(
        { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x', client_id: publicId },
        {},
      ),
      '400 invalid_grant',
    ],
    ['introspection of nothing', posted('introspection', {}), '400 invalid_request'],
    ['introspection, by no error, of a token that was made up', posted('introspection', { token: 'x' }), '200'],
    ['revocation of nothing', posted('revocation', {}), '400 invalid_request'],
    ['revocation, by no error, of a token that was made up', posted('revocation', { token: 'x' }), '200'],
    [
      'revocation by a wrong secret',
      posted('revocation', { token: 'x' }, guessed),
      '401 invalid_client with a challenge',
    ],
    [
      'a device of an unknown client',
      posted('device_authorization', { client_id: 'nobody' }, {}),
      '401 invalid_client',
    ],
    [
      'a device with a scope that it may not have',
      posted('device_authorization', { client_id: publicId, scope: 'admin' }, {}),
      '400 invalid_scope',
    ],
    [
      'a pushed request with an unknown redirect URI',
      posted('pushed_authorization_request', { ...login, redirect_uri: 'https://attacker.test/' }),
      '400 invalid_request',
    ],
    [
      'a pushed request of an unknown response type',
      posted('pushed_authorization_request', { ...login, response_type: 'guess' }),
      '400 unsupported_response_type',
    ],
    [
      'registration with a fragment in a redirect URI',
      { endpoint: 'registration_endpoint', headers: json, body: '{"redirect_uris":["https://app.test/#x"]}' },
      '400 invalid_redirect_uri',
    ],
    [
      'registration without redirect URIs',
      { endpoint: 'registration_endpoint', headers: json, body: '{}' },
      '400 invalid_redirect_uri',
    ],
    [
      'registration of an unknown way of authentication',
      {
        ...{ endpoint: 'registration_endpoint', headers: json },
        body: '{"redirect_uris":["https://app.test/"],"token_endpoint_auth_method":"guess"}',
      },
      '400 invalid_client_metadata',
    ],
  ])('%s', async (_, asked, answer) => {
    expect(await answerOf(provider.issuer, asked)).toBe(answer)
    expect(await answerOf(mock.origin, asked)).toBe(answer)
  })

  it.each<[string, Fields, string]>([
    ['of an unknown client', { ...login, client_id: 'nobody' }, 'page 400'],
    ['with an unknown redirect URI', { ...login, redirect_uri: 'https://attacker.test/' }, 'page 400'],
    ['without response_type', without(login, 'response_type'), 'invalid_request'],
    ['of an unknown response type', { ...login, response_type: 'guess' }, 'unsupported_response_type'],
    ['with a scope that the client may not have', { ...login, scope: 'admin' }, 'invalid_scope'],
    [
      'of a public client without PKCE',
      without(publicLogin, 'code_challenge', 'code_challenge_method'),
      'invalid_request',
    ],
    ['with an unknown method of PKCE', { ...publicLogin, code_challenge_method: 'S512' }, 'invalid_request'],
    ['with a challenge that is none', { ...publicLogin, code_challenge: 'short' }, 'invalid_request'],
    ['with prompt=none, where nobody is logged in', { ...login, scope: 'openid', prompt: 'none' }, 'login_required'],
    ['with prompt=none and another', { ...login, scope: 'openid', prompt: 'none login' }, 'invalid_request'],
    ['with a max_age that is no number', { ...login, scope: 'openid', max_age: 'soon' }, 'invalid_request'],
  ])('an authorization request %s', async (_, query, error) => {
    expect(await errorOf(provider.issuer, query)).toBe(error)
    expect(await errorOf(mock.origin, query)).toBe(error)
  })
})

describe('the mock refuses otherwise than oidc-provider', () => {
  it.each<[string, Asked, { readonly provider: string; readonly mock: string }]>([
    [
      'a request of no client is an invalid_client (RFC 6749 §5.2)',
      atToken(credentials, {}),
      { provider: '400 invalid_request', mock: '401 invalid_client' },
    ],
    [
      'credentials that are none are those of no client (RFC 6749 §5.2)',
      atToken(credentials, { authorization: 'Basic none' }),
      { provider: '400 invalid_request', mock: '401 invalid_client with a challenge' },
    ],
    [
      'a client that is registered for the header may not use the body (RFC 7591 §2)',
      atToken({ ...credentials, client_id: basicId, client_secret: clientSecret }, {}),
      { provider: '200', mock: '401 invalid_client' },
    ],
    [
      'client credentials are not for a public client (RFC 6749 §4.4)',
      atToken({ ...credentials, client_id: publicId }, {}),
      { provider: '400 invalid_request', mock: '400 unauthorized_client' },
    ],
    [
      'introspection is not for a public client (RFC 7662 §2.1)',
      posted('introspection', { token: 'x', client_id: publicId }, {}),
      { provider: '200', mock: '401 invalid_client' },
    ],
    [
      'a pushed request may not hold request_uri (RFC 9126 §2.1)',
      posted('pushed_authorization_request', { client_id: basicId, request_uri: 'urn:x' }),
      { provider: '400 request_uri_not_supported', mock: '400 invalid_request' },
    ],
  ])('%s', async (_, asked, answers) => {
    expect(await answerOf(provider.issuer, asked)).toBe(answers.provider)
    expect(await answerOf(mock.origin, asked)).toBe(answers.mock)
  })
})
