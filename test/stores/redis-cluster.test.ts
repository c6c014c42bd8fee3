import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type IoredisClient, redisStore } from '../../src/stores/redis.js'
import { storeContract } from '../../src/testing/index.js'
import { describeRedis } from './redis-bench.js'
import { ioredis, ioredisCluster, nodeRedisCluster } from './redis-drivers.js'
import { type RedisServer, startRedis } from './redis-server.js'
import { freePort } from './server-process.js'

const members: RedisServer[] = []

/** Two servers with half of the slots each; the first one stands for both. */
const startCluster = async (): Promise<RedisServer> => {
  const nodes = await Promise.all(
    [0, 8192].map(async (firstSlot) => {
      const clusterPort = `${await freePort()}`
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', clusterPort]
      const server = await startRedis({ settings })
      members.push(server)
      const { call, close } = await ioredis.connect(server.port)
      await call('CLUSTER', 'ADDSLOTSRANGE', `${firstSlot}`, `${firstSlot + 8191}`)
      return { server, clusterPort, call, close }
    }),
  )
  const [first, second] = nodes
  if (!first || !second) throw new Error('two were started')
  await first.call('CLUSTER', 'MEET', second.server.host, `${second.server.port}`, second.clusterPort)
  for (const { call, close } of nodes) {
    while (!`${await call('CLUSTER', 'INFO')}`.includes('cluster_state:ok')) await setTimeout(20)
    close()
  }
  const stop = async () => {
    for (const member of members) await member.stop()
  }
  return { ...first.server, stop }
}

describeRedis(
  'the Redis store in a cluster',
  (bench) => {
    for (const driver of [ioredisCluster, nodeRedisCluster]) {
      describe(`keeps the contract over ${driver.name}, which is its own subscriber`, () => {
        for (const { name, run } of storeContract) {
          it(name, async () => run((await bench.open(driver)).store))
        }
      })

      it(`hears again after ${driver.name} has connected anew`, async () => {
        const store = (await bench.open(driver)).store
        let heard = 0
        store.watch?.('watched', () => {
          heard += 1
        })
        await expect.poll(() => heard).toBeGreaterThan(0)
        heard = 0
        for (const { port } of members) {
          const { call, close } = await ioredis.connect(port)
          await call('CLIENT', 'KILL', 'TYPE', 'pubsub')
          close()
        }
        // The other one connects anew behind the back of those who listen.
        if (driver === nodeRedisCluster) await expect.poll(() => heard).toBeGreaterThan(0)
        await setTimeout(500)
        heard = 0
        // Behind their back, so that what is written too early is not heard.
        await expect
          .poll(async () => {
            await store.set('watched', 'a', (await store.get('watched'))?.version)
            return heard
          })
          .toBeGreaterThan(0)
      })
    }

    it('keeps all of a session in one slot, and not all sessions', async () => {
      const { call } = await bench.open(ioredis)
      const slots = new Set<unknown>()
      for (const key of ['', '%', '{}', '}', 'a}b{c', '{a}', 'user:42']) {
        const names: string[] = []
        const client: IoredisClient = {
          status: 'ready',
          eval: async (_script, _count, ...rest) => {
            names.push(rest[0] ?? '')
            return 0
          },
        }
        const store = redisStore({ client })
        await store.withLock(key, () => store.set(key, 'a', undefined))
        const ofThisOne = new Set(await Promise.all(names.map((name) => call('CLUSTER', 'KEYSLOT', name))))
        expect(new Set(names).size, key).toBe(2)
        expect(ofThisOne.size, key).toBe(1)
        for (const slot of ofThisOne) slots.add(slot)
      }
      expect(slots.size).toBe(7)
    })
  },
  startCluster,
)
