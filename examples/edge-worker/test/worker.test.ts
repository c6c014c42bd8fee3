import assert from 'node:assert/strict'
import { afterEach, beforeEach, it } from 'node:test'
import { type Isolate, secret, startWorld, type World } from './world.ts'

let world: World
let one: Isolate
let two: Isolate

beforeEach(async () => {
  world = await startWorld()
  ;[one, two] = world.isolates
})
afterEach(() => world.close())

const jsonOf = async (isolate: Isolate, path: string, userToken?: string) => {
  const answer = await isolate.get(path, userToken)
  return { status: answer.status, ...(answer.ok ? ((await answer.json()) as { for: string }) : {}) }
}

/** Requests of a grant at the token endpoint. */
const tokenRequests = (grant: string): number =>
  world.mock.requests.filter(({ form }) => `${form?.['grant_type']}`.endsWith(grant)).length

/** A token that a user has of the app which calls this worker. */
const tokenOf = (subject: string): string =>
  world.mock.issue({ clientId: 'app', subject, scope: 'orders:read profile' }).accessToken

/** Asks until it is so: how soon is the machine's affair. */
const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20))
}

it('asks for one token, however many requests come at once, in however many isolates', async () => {
  const answers = await Promise.all([one, two, one, two, one, two].map((isolate) => jsonOf(isolate, '/stock/honey')))

  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  assert.equal(tokenRequests('client_credentials'), 1)
  assert.deepEqual(new Set(world.calls), new Set(['/items/honey 200 shop']))
})

it('renews behind the answer: nobody waits for a token endpoint that hangs', async () => {
  await jsonOf(one, '/stock/honey')
  const hanging = world.mock.fault('token=hang@before_processing')

  await world.passTime(3_560_000) // of an hour: a renewal is due, and the token good
  assert.equal((await jsonOf(one, '/stock/honey')).status, 200)
  await until(() => tokenRequests('client_credentials') === 2)
  hanging.remove()
})

it('has the other isolates take the renewed token', async () => {
  await Promise.all([jsonOf(one, '/stock/honey'), jsonOf(two, '/stock/honey')])

  await world.passTime(3_560_000)
  await jsonOf(one, '/stock/honey')
  await until(() => tokenRequests('client_credentials') === 2)
  await world.passTime(60_000) // the first token is dead
  assert.equal((await jsonOf(two, '/stock/honey')).status, 200)
  assert.equal((await jsonOf(one, '/stock/honey')).status, 200)

  assert.equal(tokenRequests('client_credentials'), 2)
})

it('renews a token that the API refuses', async () => {
  await jsonOf(one, '/stock/honey')
  const stolen = world.mock.requests.find(({ endpoint }) => endpoint === 'resource')?.headers['authorization']
  world.mock.revoke(`${stolen}`.replace('Bearer ', ''))

  assert.equal((await jsonOf(one, '/stock/honey')).status, 200)
  assert.deepEqual(world.calls, ['/items/honey 200 shop', '/items/honey 401', '/items/honey 200 shop'])
})

it('says that it cannot answer just now while the token endpoint is down, and not why', async () => {
  world.mock.fault('token=503x*')
  const answer = await one.get('/stock/honey')
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '10')
  assert.equal(await answer.text(), '')
  await until(() => world.log.some((line) => line.includes('503')))
  assert.ok(!world.log.join().includes(secret))
})

it('calls the orders API for each user with a token of theirs for that API, and exchanges it once', async () => {
  const [ann, ben] = [tokenOf('ann'), tokenOf('ben')]
  const names = await Promise.all([ann, ben, ann].map(async (token) => (await jsonOf(one, '/orders', token)).for))
  assert.deepEqual(names, ['ann', 'ben', 'ann'])

  const before = tokenRequests('token-exchange')
  assert.equal((await jsonOf(one, '/orders', ann)).for, 'ann')
  assert.equal(tokenRequests('token-exchange'), before)

  const [exchange] = world.mock.requests.filter(({ form }) => form?.['subject_token'])
  assert.equal(exchange?.form?.['scope'], 'orders:read')
  assert.ok(`${exchange?.form?.['audience']}`.startsWith('http://127.0.0.1:'))
  // What the user has shown goes to nobody but the authorization server.
  const sent = world.mock.requests.flatMap(({ headers }) => headers['authorization'] ?? [])
  assert.ok(!sent.includes(`Bearer ${ann}`))
})

it('asks for a token where there is none, and for another where it is not good', async () => {
  const without = await one.get('/orders')
  assert.deepEqual([without.status, without.headers.get('www-authenticate')], [401, 'Bearer'])

  const wrong = await one.get('/orders', 'made-up')
  assert.deepEqual([wrong.status, wrong.headers.get('www-authenticate')], [401, 'Bearer error="invalid_token"'])
  assert.deepEqual(world.calls, [])
})
