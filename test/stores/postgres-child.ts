import pg from 'pg'
import { postgresStore } from '../../src/stores/postgres.js'

// A process that shares tokens: `hold` holds a lock until it is killed, `leave` watches to its end.
const [what, url, key = '', leaseMs = '600'] = process.argv.slice(2)
const config = { connectionString: url ?? '' }
const client = new pg.Pool(config)
const store = postgresStore({ client, listener: () => new pg.Client(config).connect(), leaseMs: Number(leaseMs) })

if (what === 'hold') {
  await store.withLock(key, async () => {
    console.log('held')
    await new Promise(() => setInterval(() => {}, 1000))
  })
}
if (what === 'leave') {
  // Not even watching keeps it alive.
  const alive = setInterval(() => {}, 1000)
  await new Promise<void>((resolve) => store.watch?.(key, resolve))
  clearInterval(alive)
  await store.withLock(key, async () => {})
  console.log('watched')
  await client.end()
}
