import fc from 'fast-check'
import { type ClientOptions, createClient } from '../../src/index.js'
import { hostileHeader } from './hostile.js'

/** Each long enough to be known again, and none a part of what a server is asked to say. */
export const secrets = {
  clientSecret: 'hush-client/secret+1',
  refreshToken: 'hush-refresh-token-0815',
  code: 'hush-code-4711',
  codeVerifier: `hush-verifier-${'v'.repeat(40)}`,
  accessToken: 'hush-access-token-42',
}

export const hidden = Object.values(secrets)

export const server = {
  issuer: 'https://as.test',
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
  revocationEndpoint: 'https://as.test/revoke',
  introspectionEndpoint: 'https://as.test/introspect',
  userinfoEndpoint: 'https://as.test/userinfo',
  deviceAuthorizationEndpoint: 'https://as.test/device',
  pushedAuthorizationRequestEndpoint: 'https://as.test/par',
  registrationEndpoint: 'https://as.test/register',
}

export interface GivenAnswer {
  readonly body: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const headers = fc.dictionary(
  fc.constantFrom('content-type', 'retry-after', 'date', 'www-authenticate', 'dpop-nonce', 'cache-control', 'age'),
  fc.oneof(fc.constantFrom('application/json', 'text/html; charset=x', 'application/jwt'), hostileHeader),
  { maxKeys: 3 },
)

export const answerOf = (bodies: fc.Arbitrary<string>, right = 200): fc.Arbitrary<GivenAnswer> =>
  fc.record({
    body: bodies,
    status: fc.oneof(
      { weight: 6, arbitrary: fc.constant(right) },
      fc.constantFrom(200, 201, 204, 301, 400, 401, 403, 404, 429, 500, 503, 599),
    ),
    headers,
  })

/** Where this stands in a body, the server says what it was sent. */
export const echo = '{{echo}}'

const emptyStatus = [204, 205, 304]

/** A server that answers every request alike. */
export const answering =
  ({ body, status, headers: given }: GivenAnswer): typeof globalThis.fetch =>
  async (_input, init) => {
    const sent = `${init?.body ?? ''} ${new Headers(init?.headers).get('authorization') ?? ''}`
    const said = body.replaceAll(echo, () => JSON.stringify(sent).slice(1, -1))
    return new Response(emptyStatus.includes(status) ? null : said, { status, headers: given })
  }

/** No deadline comes, and no wait takes time. */
export const clock = {
  now: () => Date.UTC(2030, 0, 1),
  sleep: (ms: number) => (ms === 10_000 ? new Promise<void>(() => {}) : Promise.resolve()),
}

export const clientOf = (fetch: typeof globalThis.fetch, more: Partial<ClientOptions> = {}) =>
  createClient({ server, clientId: 'id', clientSecret: secrets.clientSecret, fetch, clock, ...more })
