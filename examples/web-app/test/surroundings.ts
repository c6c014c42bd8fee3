import { randomBytes } from 'node:crypto'
import { createMockAuthorizationServer, type MockLogin } from 'bearward/testing'
import pg from 'pg'
import { type AppProcess, startApp } from './app-process.ts'
import { freePort } from './free-port.ts'
import { startPostgres } from './postgres-server.ts'

/** All that the app needs, on this machine: who logs users in, an API, and a PostgreSQL. */
export const createSurroundings = async ({ login = 'automatic' }: { readonly login?: MockLogin } = {}) => {
  const [clientId, clientSecret] = ['my-app', 'made-up-secret']
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const mock = createMockAuthorizationServer({
    clients: [
      {
        clientId,
        clientSecret,
        clientName: 'The example',
        redirectUris: [`${origin}/callback`],
        postLogoutRedirectUris: [`${origin}/`],
      },
    ],
    userClaims: { ada: { name: 'Ada Lovelace' }, eve: { name: '<b>Eve</b>' } },
  })
  const listening = await mock.listen({ login })
  const postgres = await startPostgres()
  const database = new pg.Pool({ connectionString: postgres.url })
  const environment = {
    ORIGIN: origin,
    ISSUER: listening.origin,
    CLIENT_ID: clientId,
    CLIENT_SECRET: clientSecret,
    SCOPE: 'openid profile offline_access',
    // An API that wants a token, and says whose it is.
    API_URL: listening.resource,
    DATABASE_URL: postgres.url,
    TOKEN_KEY: randomBytes(32).toString('base64'),
  }
  const started: AppProcess[] = []

  /** The first one is where users come; any other is a second process behind the same address. */
  const start = async ({ port: wanted = port } = {}): Promise<AppProcess> => {
    const app = await startApp({ ...environment, PORT: `${wanted}` })
    started.push(app)
    return app
  }

  const close = async (): Promise<void> => {
    await Promise.all(started.map((app) => app.end('SIGKILL')))
    await database.end()
    await Promise.all([listening.close(), postgres.stop()])
  }

  /** How many requests of a grant the token endpoint has seen. */
  const tokenRequests = (grantType: string): number =>
    mock.requests.filter(({ endpoint, form }) => endpoint === 'token' && form?.grant_type === grantType).length

  return { origin, mock, issuer: listening.origin, database, start, started, tokenRequests, close }
}

export type Surroundings = Awaited<ReturnType<typeof createSurroundings>>
