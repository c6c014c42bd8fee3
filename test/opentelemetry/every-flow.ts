import {
  bearerFetch,
  type ClientOptions,
  createClient,
  discover,
  discoverResource,
  memoryStore,
  registerClient,
} from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { instrumented } from '../../src/opentelemetry/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, type Sent } from '../fixtures/scripted-server.js'
import { inMemory } from './in-memory.js'

/** Every secret holds this word, and whatever else names a user. */
export const mark = 'hush'
const accessToken = `${mark}-access`
const refreshToken = `${mark}-refresh`
const codeVerifier = `${mark}-verifier-${'x'.repeat(40)}`
const redirectUri = 'https://app.test/cb'
const issuer = 'https://as.test'

const server = {
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token?tenant=${mark}`,
  revocationEndpoint: `${issuer}/revoke`,
  introspectionEndpoint: `${issuer}/introspect`,
  userinfoEndpoint: `${issuer}/userinfo`,
  deviceAuthorizationEndpoint: `${issuer}/device`,
  pushedAuthorizationRequestEndpoint: `${issuer}/par`,
  registrationEndpoint: `${issuer}/register`,
  jwksUri: `${issuer}/jwks?${mark}`,
}

const pending = {
  ...{ url: `${issuer}/authorize?state=${mark}`, state: `${mark}-state`, codeVerifier },
  ...{ clientId: `${mark}-client`, redirectUri, issuer },
}

type Answer = (sent: Sent) => Response | Promise<Response>

const callback = `${redirectUri}?code=${mark}&state=${pending.state}&iss=${issuer}`

/** What a server may say, each with all that it was sent in it. */
const answers: Readonly<Record<string, Answer>> = {
  'a token': () => json({ access_token: accessToken, refresh_token: refreshToken, expires_in: 60, scope: mark }),
  'a token, and an ID token that is none': () =>
    json({ access_token: accessToken, id_token: `${mark}.${mark}.${mark}` }),
  'a device code': () =>
    json({ device_code: `${mark}-device`, user_code: mark, verification_uri: `${issuer}/${mark}`, expires_in: 60 }),
  'an error that echoes': ({ body, headers }) =>
    json({ error: 'invalid_grant', error_description: `${body} ${headers.get('authorization')}` }, 400),
  'an error whose name echoes': ({ body }) => json({ error: `${mark} ${body}` }, 400),
  'an error whose name is the secret': () => json({ error: `${mark}_secret` }, 401),
  'a page that echoes': ({ body }) => new Response(`<p>${body} ${mark}</p>`, { status: 500, statusText: mark }),
  'a redirect': () => new Response(null, { status: 302, headers: { location: `https://evil.test/?${mark}` } }),
  'a connection that fails': ({ body }) => {
    const cause = Object.assign(new Error(`${mark} ${body}`), { code: `${mark}-code`, request: body })
    throw Object.assign(new TypeError(`${mark} ${body}`, { cause }), { name: `${mark}Error`, code: mark })
  },
  'a connection that is refused': () => {
    throw new TypeError(mark, { cause: Object.assign(new Error(mark), { code: 'ECONNREFUSED' }) })
  },
  nothing: () => new Promise(() => {}),
}

/** A fetch that always says the same. */
const saying =
  (answer: Answer): typeof globalThis.fetch =>
  async (input, init) => {
    const body = `${init?.body ?? ''}`
    const headers = new Headers(init?.headers)
    return answer({ url: `${input}`, method: init?.method ?? 'GET', headers, body, form: new URLSearchParams(body) })
  }

/** Every way a client has to send something. */
const flows = ({ client, options }: { client: ReturnType<typeof createClient>; options: ClientOptions }) => {
  const store = memoryStore()
  const session = client.sessionSource({ token: { accessToken, refreshToken } })
  const ofUser = { store, key: `${mark}-user`, token: { refreshToken } }
  const shared = client.sessionSource(ofUser)
  const sibling = createClient(options).sessionSource(ofUser)
  const source = client.clientCredentialsSource({ scope: `${mark}:read`, store })
  return [
    client.clientCredentials({ scope: mark, parameters: { audience: mark } }),
    client.exchangeCode(callback, pending),
    client.exchangeCode(callback, { ...pending, nonce: `${mark}-nonce` }),
    client.refresh(refreshToken),
    client.revoke(accessToken),
    client.introspect(accessToken),
    client.userinfo(accessToken),
    client.deviceAuthorization({ scope: mark }).then((device) => device.token()),
    client.authorizationRequest({ redirectUri, scope: mark, pushed: true }),
    client.tokenExchange({ subjectToken: `${mark}-subject`, subjectTokenType: 'access_token' }),
    client.jwtBearer({ assertion: `${mark}-assertion` }),
    client.extensionGrant(`urn:${mark}:grant`, { password: `${mark}-password` }),
    client.extensionGrantSource(`urn:${mark}:grant`, { password: `${mark}-password` }).token(),
    client.jwtBearerSource({ assertion: `${mark}-assertion` }).token(),
    source.token(),
    session.token({ rejected: { accessToken, tokenType: 'Bearer', raw: {} } }).then(() => session.end()),
    shared.token().then(async () => {
      await sibling.token()
      await shared.end()
    }),
    client.sessions({ store }).get(`${mark}-other`).replace({ refreshToken }),
    bearerFetch(source, { origins: ['https://api.test'], fetch: async () => new Response() })('https://api.test/'),
    discover(issuer, options),
    discoverResource('https://api.test/things', options),
    registerClient(server, { redirectUris: [redirectUri], clientName: mark }, { ...options, initialAccessToken: mark }),
  ]
}

/** Sends all that can be sent to servers of every kind, and gives what telemetry has of it. */
export const everyFlow = async () => {
  const memory = inMemory()
  for (const answer of Object.values(answers)) {
    const clock = fakeClock()
    const options = instrumented(
      {
        ...{ server, clientId: `${mark}-client`, clientSecret: `${mark}-secret`, clock, fetch: saying(answer) },
        idToken: idTokenValidator(),
      },
      memory,
    )
    const client = createClient(options)
    await clock.run(Promise.allSettled(flows({ client, options })))
  }
  return memory
}
