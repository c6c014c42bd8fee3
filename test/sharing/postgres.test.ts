import { afterAll, beforeAll, it } from 'vitest'
import { describeWith } from '../stores/engine.js'
import { type PostgresServer, postgresEngine, startPostgres } from '../stores/postgres-server.js'
import { bundleMember } from './family.js'
import { runs } from './runs.js'

describeWith(postgresEngine, 'eight processes that share a session over Postgres', () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    await bundleMember()
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  runs(
    it,
    () => ({
      place: { kind: 'postgres', port: postgres.port },
      storeTrouble: () => postgres.restart(),
    }),
    { clock: true, restarts: true },
  )
})
