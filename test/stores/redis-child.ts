import { ioredis, openStore } from './redis-drivers.js'

// A process that holds a lock until it is killed.
const [port, key = '', leaseMs] = process.argv.slice(2)
const { store } = await openStore(ioredis, Number(port), { leaseMs: Number(leaseMs) })
await store.withLock(key, () => {
  console.log('held')
  return new Promise(() => {})
})
