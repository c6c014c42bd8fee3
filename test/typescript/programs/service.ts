// A service on Node, which knows no page.
import { webcrypto } from 'node:crypto'
import { type AuthorizationServer, bearerFetch, createClient, encrypted, memoryStore, type TokenEvent } from 'bearward'
import { devicePrompt } from 'bearward/cli'
import { createDPoP, storedKey } from 'bearward/dpop'
import { fileStore } from 'bearward/file'
import { clientSecretJwt, idTokenValidator, privateKeyJwt } from 'bearward/jwt'
import { authorizeNatively, systemBrowser } from 'bearward/native'
import { instrumented } from 'bearward/opentelemetry'
import { postgresStore } from 'bearward/postgres'
import { entra, wicked } from 'bearward/providers'
import { redisStore } from 'bearward/redis'
import { createMockAuthorizationServer, storeContract } from 'bearward/testing'

const server: AuthorizationServer = { tokenEndpoint: 'https://as.example.com/token', basicEncoding: 'raw' }

const redis = { status: 'ready', eval: async (_script: string, _keys: number, ..._values: string[]) => null }
const pool = { query: async (_text: string, _values: unknown[]) => ({ rows: [{}] }) }

export const stores = {
  memory: memoryStore(),
  file: fileStore({ directory: 'tokens' }),
  redis: redisStore({ client: redis, prefix: 'app:' }),
  postgres: postgresStore({ client: pool }),
}
export const contract = storeContract
export const sealed = encrypted(stores.file, { keys: [process.env['KEY'] ?? '', new Uint8Array(32)] })

const heard: TokenEvent[] = []
export const client = createClient(
  instrumented({
    server,
    clientId: 'service',
    clientSecret: 'secret',
    onEvent: (event) => heard.push(event),
  }),
)
export const source = client.clientCredentialsSource({ scope: 'read', store: stores.redis })
export const sessions = client.sessions({ store: sealed })
export const api = bearerFetch(source, { origins: ['https://api.example.com'] })
export const fetched = async (signal: AbortSignal) =>
  (await api('https://api.example.com/things', { method: 'POST', body: new URLSearchParams(), signal })).json()

export const keyed = async (key: webcrypto.CryptoKey) => [
  createClient({ server: wicked({ host: 'h.example', authMethodId: 'default', apiId: 'a' }), clientId: 'w' }),
  createClient({ server, clientId: 'k', clientAuthentication: privateKeyJwt({ key, kid: '1' }) }),
  createClient({ server, clientId: 's', clientAuthentication: clientSecretJwt({ clientSecret: 's'.repeat(32) }) }),
  createClient({ server, clientId: 'd', dpop: createDPoP({ key: storedKey(memoryStore(), 'key') }) }),
  createClient({ server: entra({ tenant: 'common' }), clientId: 'e', idToken: idTokenValidator({ tenants: 'any' }) }),
]

export const exchanged = async (subject: string) => {
  const { accessToken } = await client.tokenExchange({
    subjectToken: subject,
    subjectTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    resource: 'https://api.example.com',
  })
  const { active } = await client.introspect(accessToken)
  return active
}

export const tool = async () => [
  await devicePrompt(client, { open: systemBrowser, scope: 'read' }),
  await authorizeNatively(client, { scope: 'openid', onUrl: (url) => console.error(url) }),
]

export const mocked = async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey } = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const jwk = await webcrypto.subtle.exportKey('jwk', publicKey)
  const mock = createMockAuthorizationServer({ clients: [{ clientId: 'service', jwks: { keys: [jwk] } }] })
  const { origin, close } = await mock.listen()
  await close()
  return origin
}

export const disposed = async () => {
  await using warm = client.clientCredentialsSource({ prefetch: true })
  return warm.current()?.accessToken
}

// What is wrong is refused: no type has become `any` on the way.
// @ts-expect-error a text is no client
redisStore({ client: 'redis://localhost' })
// @ts-expect-error a directory is a text
fileStore({ directory: 1 })
// @ts-expect-error a number is no key
privateKeyJwt({ key: 1 })
// @ts-expect-error a key set has keys
createMockAuthorizationServer({ clients: [{ clientId: 'service', jwks: { keys: [1] } }] })
