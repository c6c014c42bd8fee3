import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { createAdaptorServer } from '@hono/node-server'
import { createClient, discover, encrypted } from 'bearward'
import { idTokenValidator } from 'bearward/jwt'
import { postgresStore } from 'bearward/postgres'
import { createApp } from './app.ts'
import { browserSessions } from './browser-sessions.ts'
import { configuration } from './configuration.ts'
import { openDatabase } from './database.ts'
import { log } from './log.ts'
import { pendingLogins } from './pending-logins.ts'

const { origin, port, hostname, issuer, clientId, clientSecret, scope, apiUrl, databaseUrl, tokenKey } = configuration

const { pool, listener, createTables } = openDatabase(databaseUrl)
const table = postgresStore({ client: pool, listener })
await createTables()
await table.createTable()

const server = await discover(issuer)
const client = createClient({
  server,
  clientId,
  clientSecret,
  idToken: idTokenValidator(),
  onEvent: ({ type, ...event }) => log(`token_${type}`, event),
})
const tokens = client.sessions({ store: encrypted(table, { keys: [tokenKey] }) })
const sessions = browserSessions(pool)

/** Whose time is over is logged out as if they had done it themselves. That the server may not hear of one keeps nobody else. */
const end = (key: string): Promise<void> =>
  tokens
    .get(key)
    .end()
    .catch((error) => log('revocation_failed', { error }))
const tidy = () => sessions.endExpired(end).catch((error) => log('tidying_failed', { error }))
// Nobody waits for it: a server may be slow to revoke.
void tidy()
setInterval(tidy, 60 * 60 * 1000).unref()

const formTargets = server.endSessionEndpoint ? [new URL(server.endSessionEndpoint).origin] : []
const app = createApp({ origin, client, scope, apiUrl, tokens, logins: pendingLogins(pool), sessions, formTargets })
const http = createAdaptorServer({ fetch: app.fetch })

const shutDown = async (): Promise<void> => {
  // What does not end by itself is not waited for for ever.
  setTimeout(() => process.exit(1), 20_000).unref()
  await promisify(http.close.bind(http))()
  await pool.end()
  log('stopped')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, shutDown)

http.listen(port, hostname)
await once(http, 'listening')
log('listening', { port: (http.address() as AddressInfo).port })
