// The service as it is deployed: processes of their own, a Redis, and tokens that come over the wire.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Replica } from './replica.ts'
import { callEach, createSurroundings } from './surroundings.ts'

/** For what comes when it comes: the machine may be slow. */
const timeout = 300_000
const patience = { interval: 100, timeout: 50_000 }

describe('three replicas', { timeout }, () => {
  let surroundings: Awaited<ReturnType<typeof createSurroundings>>
  let replicas: Replica[]

  before(async () => {
    surroundings = await createSurroundings()
    replicas = await Promise.all([surroundings.start(), surroundings.start(), surroundings.start()])
  })
  after(() => surroundings.close())

  it('share one token, however many calls come at once', async () => {
    assert.deepEqual(await callEach(replicas, 20), [200])
    assert.equal(surroundings.tokenRequests(), 1)
  })

  it('renew it once for all when the API refuses it', async () => {
    const { mock, stock, tokenRequests } = surroundings
    mock.revoke(stock.lastToken())
    assert.deepEqual(await callEach(replicas, 20), [200])
    assert.ok(stock.refused() > 0)
    assert.equal(tokenRequests(), 2)
  })

  it('miss nothing when one of them is killed, and the next one finds the token', async () => {
    const { start, tokenRequests } = surroundings
    await replicas.shift()?.end('SIGKILL')
    assert.deepEqual(await callEach(replicas, 20), [200])
    replicas.push(await start())
    assert.deepEqual(await callEach(replicas, 20), [200])
    assert.equal(tokenRequests(), 2)
  })

  it('go on while the token endpoint is down, and one that is started then does too', async () => {
    const { mock, start } = surroundings
    const down = mock.fault('token=503x*')
    const late = await start()
    assert.deepEqual(await callEach([...replicas, late], 20), [200])
    await late.end('SIGTERM')
    down.remove()
  })

  it('tell an item that there is not from a failure', async () => {
    assert.equal((await fetch(`${replicas[0]?.url}/items/none`)).status, 404)
    assert.equal((await fetch(`${replicas[0]?.url}/nothing`)).status, 404)
  })

  it('finish what they have begun when they are told to stop', async (context) => {
    const { stock } = surroundings
    const [replica] = replicas.splice(0, 1)
    assert.ok(replica)
    const release = stock.hold()
    const call = fetch(`${replica.url}/items/42`)
    await context.waitFor(() => assert.ok(stock.waiting() > 0), patience)
    const ended = replica.end('SIGTERM')
    await context.waitFor(() => assert.ok(replica.events.some(({ event }) => event === 'stopping')), {
      timeout: 15_000,
    })
    await assert.rejects(fetch(`${replica.url}/health`))
    release()
    assert.equal((await call).status, 200)
    assert.equal(await ended, 0)
  })

  it('go on while Redis is down', async () => {
    const { redis } = surroundings
    await redis.stop()
    assert.deepEqual(await callEach(replicas, 20), [200])
  })

  it('log no secret', () => {
    const log = JSON.stringify(surroundings.started.map(({ events }) => events))
    assert.match(log, /token_renewed/)
    assert.match(log, /token_adopted/)
    assert.ok(!log.includes('made-up-secret'))
    assert.ok(!log.includes(surroundings.stock.lastToken()))
  })
})

it('a replica that starts while the token endpoint is down says so, and comes back by itself', {
  timeout,
}, async (context) => {
  const surroundings = await createSurroundings()
  context.after(surroundings.close)
  const down = surroundings.mock.fault('token=503x*')
  const replica = await surroundings.start()

  const answer = await fetch(`${replica.url}/items/42`)
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
  // Another replica in its place would fare no better.
  assert.equal((await fetch(`${replica.url}/health`)).status, 200)

  down.remove()
  await context.waitFor(async () => assert.deepEqual(await callEach([replica], 1), [200]), patience)
})
