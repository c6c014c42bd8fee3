import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../stores/engine.js'
import { redis as engine, type RedisServer, startRedis } from '../stores/redis-server.js'
import { bundleMember, live, seconds } from './family.js'
import { runs, unharmed } from './runs.js'
import { oidcProvider } from './server.js'

describeWith(engine, 'eight processes that share a session over Redis', () => {
  let redis: RedisServer
  beforeAll(async () => {
    await bundleMember()
    redis = await startRedis({ durable: true })
  })
  afterAll(() => redis.stop())

  const place = () => ({ kind: 'redis', port: redis.port }) as const
  runs(it, () => ({ place: place(), storeTrouble: () => redis.restart() }), { clock: true, restarts: true })

  it('at a certified server', { timeout: 60_000 + 3000 * seconds }, async () => {
    const report = await live(place(), {}, oidcProvider)
    unharmed(report)
    expect(report).toMatchObject({ sentTwice: 0, uncertain: 0 })
    expect(report.refreshes).toBeGreaterThan(0)
  })
})
