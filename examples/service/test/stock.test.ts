// The part that calls the API, in memory: time is moved, not waited for.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createClient } from 'bearward'
import { createManualClock, createMockAuthorizationServer } from 'bearward/testing'
import { stockApi } from '../src/stock.ts'

const clientSecret = 'made-up-secret'

it('serves the valid token while the token endpoint is down for a quarter of an hour', async () => {
  const clock = createManualClock()
  const mock = createMockAuthorizationServer({ clients: [{ clientId: 'orders', clientSecret }], clock })
  const client = createClient({ server: mock.server, clientId: 'orders', clientSecret, clock, fetch: mock.fetch })
  // An API of ours, to which the mock says what the token is worth.
  const fetch: typeof globalThis.fetch = async (_, init) => {
    const { headers } = init ?? {}
    const { ok, status } = await mock.fetch(mock.resource, headers && { headers })
    return ok ? Response.json({ id: '42', inStock: 7 }) : new Response(null, { status })
  }
  const tokens = client.clientCredentialsSource({ scope: 'stock:read' })
  const stock = stockApi({ url: 'https://stock.example.com', tokens, fetch })
  const tokenRequests = () => mock.requests.filter(({ endpoint, status }) => endpoint === 'token' && status === 200)

  await stock.item('42')
  await clock.advance(40 * 60_000)
  const down = mock.fault('token=503x*')
  for (let minute = 0; minute < 15; minute++) {
    await clock.advance(60_000)
    assert.equal((await stock.item('42'))?.inStock, 7)
  }
  down.remove()
  await clock.advance(4 * 60_000)
  await stock.item('42')
  await clock.advance(2 * 60_000)
  await stock.item('42')
  assert.equal(tokenRequests().length, 2)
})
