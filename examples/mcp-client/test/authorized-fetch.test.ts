// The fetch of the client, within a program that makes many calls.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { memoryStore } from 'bearward'
import { authorizedFetch } from '../src/authorized-fetch.ts'
import { createSurroundings } from './surroundings.ts'

process.env.BROWSER = 'none'

const call = (tool: string) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({
    ...{ jsonrpc: '2.0', id: 1, method: 'tools/call' },
    params: { name: tool, arguments: { text: 'buy milk' } },
  }),
})

it('asks the user once for what two calls at once need', { timeout: 300_000 }, async (context) => {
  const { server, visit, close } = await createSurroundings()
  context.after(close)
  let refusals = 0
  const pages: string[] = []
  const onUrl = async (url: string): Promise<void> => {
    pages.push(url)
    // The user is slower than the calls.
    await context.waitFor(() => assert.equal(server.refusals(), refusals), { timeout: 60_000 })
    await visit(url)
  }
  const fetch = await authorizedFetch(server.url, { store: memoryStore(), onUrl })
  const twice = async (tool: string) => {
    const answers = await Promise.all([fetch(server.url, call(tool)), fetch(server.url, call(tool))])
    return answers.map(({ status }) => status)
  }

  assert.deepEqual(await twice('list'), [200, 200])
  assert.equal(pages.length, 1)
  refusals = 2
  assert.deepEqual(await twice('add'), [200, 200])
  assert.equal(pages.length, 2)
})
