import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { scriptedServer } from '../fixtures/scripted-server.js'

const clientOf = (answer: Response) =>
  createClient({
    server: { tokenEndpoint: 'https://as.test/token' },
    clientId: 'id',
    clientSecret: 's',
    fetch: scriptedServer(answer).fetch,
  })

/** An answer whose bytes come one by one. */
const inDrops = (body: string): Response => {
  const bytes = [...new TextEncoder().encode(body)]
  return new Response(
    new ReadableStream({
      pull: (controller) => {
        const byte = bytes.shift()
        if (byte === undefined) controller.close()
        else controller.enqueue(Uint8Array.of(byte))
      },
    }),
  )
}

describe('the body of an answer', () => {
  it('reads at most 1 MiB of an answer', async () => {
    let pulled = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        pulled += 1
        controller.enqueue(new Uint8Array(64 * 1024).fill(32))
      },
    })
    const client = clientOf(new Response(endless))
    expect(await failureOf(client.refresh('rt'))).toMatchObject({
      code: 'invalid_response',
      status: 200,
      delivery: 'ambiguous',
      message: expect.stringContaining('1 MiB'),
    })
    expect(pulled).toBeLessThan(20)
  })

  it('reads an answer of just 1 MiB', async () => {
    const body = JSON.stringify({ access_token: 'at', filler: '' })
    const client = clientOf(new Response(body.replace('""', `"${'x'.repeat(2 ** 20 - body.length)}"`)))
    expect((await client.clientCredentials()).accessToken).toBe('at')
  })

  it('is put together from its chunks, within a character too', async () => {
    const token = await clientOf(inDrops('\ufeff{"access_token":"at","team":"Bären 🐻"}')).clientCredentials()
    expect(token).toMatchObject({ accessToken: 'at', raw: { team: 'Bären 🐻' } })
  })

  it('that ends within a character is not whole', async () => {
    const cut = new Response(new TextEncoder().encode('access_token=at&name=ä').slice(0, -1))
    expect((await clientOf(cut).clientCredentials()).raw).toEqual({ name: '\ufffd' })
  })
})
