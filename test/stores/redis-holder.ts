// A process that holds a lock until it is killed: port, key, lease.
import { ioredis, openStore } from './redis-drivers.js'

const [port, key = '', leaseMs] = process.argv.slice(2)
const { store } = await openStore(ioredis, Number(port), { leaseMs: Number(leaseMs) })
await store.withLock(key, () => {
  process.stdout.write('held')
  return new Promise(() => {})
})
