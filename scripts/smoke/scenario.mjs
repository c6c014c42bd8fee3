import { bearerFetch, createClient, encrypted, memoryStore, OAuthError } from 'bearward'
import { authorizationRequest, authorizationResponse } from 'bearward/authorize'
import { createDPoP, storedKey } from 'bearward/dpop'
import { cognito, miwa, smokeball, wicked } from 'bearward/providers'
import { createMockAuthorizationServer } from 'bearward/testing'
import { credentials, secretMark } from './credentials.mjs'

const equal = (what, actual, wanted) => {
  if (actual !== wanted) throw new Error(`${what}: ${actual} instead of ${wanted}`)
}

/** Under the key of the bytes 0 to 31, for `user-1`. */
const sealedOnce =
  'bearward1.8F12rkq5.jHqZ2n_7nEFT7HecFXFmJqtoxcsns5uRt-t9FNtlixW2vvKLBPv8TcHcyvf6gCJO0W4NDxb8aoPEMhoJYt8hGA'

const redirectUri = 'https://app.example.com/callback'

/** What a client meets at the token endpoint that behaves as the path says. */
const clientAt = (origin, behaviour, options) => {
  const server = { authorizationEndpoint: `${origin}/authorize`, tokenEndpoint: `${origin}/${behaviour}/token` }
  return createClient({ server, ...credentials, allowSecretInBrowser: true, ...options })
}

const callbackOf = ({ url, state }) => {
  const challenge = new URL(url).searchParams.get('code_challenge')
  return `${redirectUri}?${new URLSearchParams({ code: `${secretMark}-code.${challenge}`, state })}`
}

const grants = async (origin) => {
  const client = clientAt(origin, 'good')
  equal('scope', (await client.clientCredentials({ scope: 'read' })).scope, 'read')
  const request = await client.authorizationRequest({ redirectUri, scope: 'read' })
  const token = await client.exchangeCode(callbackOf(request), JSON.parse(JSON.stringify(request)))
  equal('access token', token.accessToken, `${secretMark}-access`)
  const renewed = await client.refresh(token)
  equal('rotated refresh token', renewed.refreshToken, `${secretMark}-refresh-2`)
  equal('token as JSON', JSON.parse(JSON.stringify(renewed)).refreshToken, renewed.refreshToken)
  return { client, request, token, renewed }
}

const pageEntry = async (origin) => {
  const server = { authorizationEndpoint: `${origin}/authorize` }
  const request = await authorizationRequest({ server, clientId: 'page', redirectUri })
  const { code } = await authorizationResponse(new URL(callbackOf(request)), request)
  equal('code', code.split('.')[0], `${secretMark}-code`)
}

/** Without a network: the mock checks what the loopback server does not. */
const mocked = async () => {
  const mock = createMockAuthorizationServer({ clients: [{ ...credentials, redirectUris: [redirectUri] }] })
  const client = createClient({ server: mock.server, ...credentials, allowSecretInBrowser: true, fetch: mock.fetch })
  const request = await client.authorizationRequest({ redirectUri })
  const token = await client.exchangeCode(await mock.authorize(request.url), request)
  const headers = { authorization: `Bearer ${(await client.refresh(token)).accessToken}` }
  equal('the mocked resource', (await mock.fetch(mock.resource, { headers })).status, 200)
}

/** A source asks once for many, and the fetch it feeds carries its token to the resource. */
const sources = async () => {
  const mock = createMockAuthorizationServer({ clients: [credentials] })
  const client = createClient({ server: mock.server, ...credentials, allowSecretInBrowser: true, fetch: mock.fetch })
  const source = client.clientCredentialsSource()
  await Promise.all(Array.from({ length: 100 }, () => source.token()))
  equal('requests of 100 callers', mock.requests.length, 1)
  const api = bearerFetch(source, { origins: [new URL(mock.resource).origin], fetch: mock.fetch })
  equal('the resource of a source', (await api(mock.resource)).status, 200)
  const session = client.sessionSource({ token: mock.issue({ clientId: credentials.clientId }) })
  const renewed = await session.token({ rejected: await session.token() })
  equal('the token of a session', renewed, session.current())
}

/** Eight clients that share a session over an encrypted store make one renewal at a server that punishes two. */
const sharing = async () => {
  const mock = createMockAuthorizationServer({ clients: [credentials] })
  const store = encrypted(memoryStore(), { keys: [new Uint8Array(32)] })
  const token = mock.issue({ clientId: credentials.clientId })
  const sibling = () =>
    createClient({ server: mock.server, ...credentials, allowSecretInBrowser: true, fetch: mock.fetch })
  const sessions = Array.from({ length: 8 }, () => sibling().sessionSource({ store, key: 'user', token }))
  const [rejected] = await Promise.all(sessions.map((session) => session.token()))
  const renewed = await Promise.all(sessions.map((session) => session.token({ rejected })))
  equal('tokens of a shared session', new Set(renewed.map(({ accessToken }) => accessToken)).size, 1)
  equal('renewals of a shared session', mock.requests.length, 1)
}

/** Each runtime's Web Crypto opens what it sealed, and what Node sealed once. */
const sealing = async () => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => i)
  const inner = memoryStore()
  const store = encrypted(inner, { keys: [key] })
  await store.set('user-1', `${secretMark} 🐻`, undefined)
  equal('a sealed value', (await store.get('user-1')).value, `${secretMark} 🐻`)
  equal('plain text below', (await inner.get('user-1')).value.includes(secretMark), false)
  await inner.set('user-1', sealedOnce, (await inner.get('user-1')).version)
  equal('what was sealed elsewhere', (await store.get('user-1')).value, '{"refreshToken":"hush-refresh 🐻"}')
  await inner.set('user-2', sealedOnce, undefined)
  await failure('a sealed value that was moved', () => store.get('user-2'), { code: 'undecipherable' })
}

/** Each runtime's Web Crypto makes the keys, signs with them and reads them back; the mock verifies, and wants nonces. */
const proofs = async () => {
  for (const alg of ['ES256', 'EdDSA', 'PS256', 'RS256']) {
    const dpop = createDPoP({ key: storedKey(memoryStore(), 'key'), alg })
    const mock = createMockAuthorizationServer({ clients: [credentials], dpop: { required: true, nonce: 'both' } })
    const options = { server: mock.server, ...credentials, allowSecretInBrowser: true, fetch: mock.fetch, dpop }
    const source = createClient(options).clientCredentialsSource()
    equal(`the type of a token for ${alg}`, (await source.token()).tokenType, 'DPoP')
    const api = bearerFetch(source, { origins: [new URL(mock.resource).origin], fetch: mock.fetch })
    equal(`the resource with ${alg}`, (await api(mock.resource, { method: 'POST', body: 'b' })).status, 200)
  }
}

const fetchAt = (origin) =>
  bearerFetch({ token: async () => ({ accessToken: `${secretMark}-access` }) }, { origins: [origin] })

const failure = async (what, work, { code, ...fields }) => {
  const error = await work().then(
    () => undefined,
    (thrown) => thrown,
  )
  equal(`${what} is an OAuthError`, error instanceof OAuthError, true)
  equal(what, error.code, code)
  for (const [name, value] of Object.entries(fields)) equal(`${name} of ${what}`, error[name], value)
  const told = `${error.stack} ${error.message} ${JSON.stringify({ ...error })} ${error.cause}`
  equal(`secrets told by ${what}`, told.includes(secretMark), false)
  return error
}

/**
 * What every runtime must do with the built package, against the loopback servers. `hidesConnection`: the runtime cannot
 * tell a refused connection from a lost one. `hidesRedirect`: it shows no status of a redirect.
 * @returns what must show no secret when it is printed.
 */
export const smoke = async ({ origin, closedOrigin, hidesConnection = false, hidesRedirect = false }) => {
  for (const preset of [miwa, smokeball, cognito, wicked]) equal('a preset', !!preset, true)
  const [granted, , , , , , , ...errors] = await Promise.all([
    grants(origin),
    pageEntry(origin),
    mocked(),
    sources(),
    sealing(),
    sharing(),
    proofs(),
    failure('a refused client', () => clientAt(origin, 'refusing').clientCredentials(), {
      code: 'error_response',
      error: 'invalid_client',
      status: 400,
    }),
    failure('a redirect', () => clientAt(origin, 'redirecting').clientCredentials(), {
      code: 'redirect_refused',
      status: hidesRedirect ? 0 : 302,
    }),
    failure('an answer over 1 MiB', () => clientAt(origin, 'oversized').clientCredentials(), {
      code: 'invalid_response',
      delivery: 'ambiguous',
    }),
    failure(
      'a body that hangs',
      () => clientAt(origin, 'hanging', { timeoutMs: 300 }).refresh(`${secretMark}-refresh`),
      {
        code: 'timeout',
        delivery: 'ambiguous',
      },
    ),
    failure('a redirect to another origin', () => fetchAt(origin)(`${origin}/leaving/things`), {
      code: hidesRedirect ? 'redirect_refused' : 'origin_refused',
    }),
    failure('a closed port', () => clientAt(closedOrigin, 'good').refresh(`${secretMark}-refresh`), {
      code: hidesConnection ? 'connection_lost' : 'unreachable',
      delivery: hidesConnection ? 'ambiguous' : 'not_processed',
    }),
  ])
  return { ...granted, errors }
}
