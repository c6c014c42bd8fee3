import fc from 'fast-check'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { damaged, headerSafe, hostileText, prototypeNames, wellFormed } from './hostile.js'
import { must, type Target, target } from './target.js'

const redirectUri = 'https://app.test/cb'
const basic = `Basic ${btoa('web:secret')}`

const mockOf = () =>
  createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 'secret', redirectUris: [redirectUri] },
      { clientId: 'spa', redirectUris: [redirectUri] },
    ],
    dpop: { nonce: 'both' },
  })

const { server } = mockOf()
const urls = [
  ...Object.values(server).filter((value) => typeof value === 'string' && URL.canParse(value)),
  ...['/', '/.well-known/openid-configuration', '/.well-known/oauth-protected-resource', '/resource', '/nowhere'].map(
    (path) => `https://as.test${path}`,
  ),
].map(String)

const right: readonly (readonly [string, string])[] = [
  ['grant_type', 'client_credentials'],
  ['grant_type', 'authorization_code'],
  ['grant_type', 'refresh_token'],
  ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
  ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
  ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
  ['client_id', 'web'],
  ['client_id', 'spa'],
  ['client_secret', 'secret'],
  ['response_type', 'code'],
  ['redirect_uri', redirectUri],
  ['state', 'a-state-that-is-long-enough'],
  ['code_challenge', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  ['code_challenge_method', 'S256'],
  ['scope', 'openid a'],
  ['subject_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
  ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'],
  ['authorization_details', '[{"type":"a"}]'],
]
const names = [
  ...right.map(([name]) => name),
  ...['code', 'refresh_token', 'device_code', 'user_code', 'token', 'assertion', 'subject_token', 'actor_token'],
  ...[
    'client_assertion',
    'request_uri',
    'claims',
    'max_age',
    'prompt',
    'id_token_hint',
    'resource',
    'request',
    'nonce',
  ],
  ...prototypeNames,
]
const jwt = damaged(
  fc.constant(`${btoa('{"alg":"ES256","typ":"dpop+jwt","jwk":{"kty":"EC"}}')}.${btoa('{"sub":"web"}')}.AAAA`),
)
const value = fc.oneof(hostileText, jwt)
const pairs = fc.array(
  fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...right) }, fc.tuple(fc.constantFrom(...names), value)),
  {
    maxLength: 8,
  },
)
const forms = pairs.map((some) => `${new URLSearchParams(some.map(([name, text]) => [name, wellFormed(text)]))}`)
const bodies = fc.oneof(
  { weight: 4, arbitrary: damaged(forms) },
  damaged(pairs.map((some) => JSON.stringify(Object.fromEntries(some)))),
)

const request = fc.record({
  url: fc.constantFrom(...urls),
  method: fc.constantFrom('GET', 'POST', 'POST', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'HEAD'),
  query: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, damaged(forms)),
  body: bodies,
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constant('application/x-www-form-urlencoded') },
    fc.constantFrom('application/json', 'text/plain'),
    hostileText,
  ),
  headers: fc.dictionary(
    fc.constantFrom(
      'authorization',
      'dpop',
      'cookie',
      'origin',
      'access-control-request-method',
      'accept',
      'content-length',
    ),
    fc.oneof(fc.constantFrom(basic, 'Bearer x', 'DPoP x', 'Basic !!', 'Basic', 'https://app.test', 'text/html'), value),
    { maxKeys: 3 },
  ),
})

export const mockTargets: readonly Target[] = [
  target('request to the mock', fc.array(request, { minLength: 1, maxLength: 4 }), async (requests) => {
    const mock = mockOf()
    for (const { url, method, query, body, type, headers } of requests) {
      const sent = Object.entries(headers).map(([name, text]) => [name, headerSafe(text)] as [string, string])
      const hasBody = method !== 'GET' && method !== 'HEAD'
      const init: RequestInit = {
        method,
        redirect: 'manual',
        headers: [...sent, ['content-type', headerSafe(type)] as [string, string]],
        ...(hasBody && { body }),
      }
      const answer = await mock.fetch(query ? `${url}?${query}` : url, init)
      must(answer.status < 500, `the mock answers what it is sent with less than 500: ${answer.status} at ${url}`)
      const text = await answer.text()
      if (/json/.test(answer.headers.get('content-type') ?? '') && text) JSON.parse(text)
    }
  }),
]
