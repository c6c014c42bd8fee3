// A service or a tool on Node, with all that is for Node alone.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bearerFetch, createClient, encrypted } from 'bearward'
import { devicePrompt } from 'bearward/cli'
import { createDPoP, storedKey } from 'bearward/dpop'
import { fileStore } from 'bearward/file'
import { privateKeyJwt } from 'bearward/jwt'
import { authorizeNatively } from 'bearward/native'
import { postgresStore } from 'bearward/postgres'
import { redisStore } from 'bearward/redis'

globalThis.run = async ({ server, clientId, resource }) => {
  const directory = await mkdtemp(join(tmpdir(), 'bearward-bundled-'))
  const stores = [
    encrypted(fileStore({ directory }), { keys: [new Uint8Array(32)] }),
    redisStore({ client: { status: 'ready', eval: async () => null } }),
    postgresStore({ client: { query: async () => ({ rows: [] }) } }),
  ]
  const client = createClient({ server, clientId, dpop: createDPoP({ key: storedKey(stores[0], 'key') }) })
  const token = await authorizeNatively(client, { scope: 'read', openBrowser: globalThis.visit })
  const session = client.sessionSource({ store: stores[0], key: 'user', token })
  const { status } = await bearerFetch(session, { origins: [new URL(resource).origin] })(resource)
  await rm(directory, { recursive: true })
  return [devicePrompt, privateKeyJwt, ...stores].every(Boolean) && status
}
