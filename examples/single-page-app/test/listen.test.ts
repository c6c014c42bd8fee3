// That no request ends the process that it is sent to: as for each API, anybody may send anything.
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Listening, listen } from '../server/listen.ts'

let listening: Listening

beforeEach(async () => {
  listening = await listen(0, async (request) => {
    if (request.url.endsWith('/broken')) throw new Error('broken')
    return new Response(await request.text())
  })
})
afterEach(() => listening.close())

const send = (lines: readonly string[], body = '') => {
  const { host, hostname, port } = new URL(listening.origin)
  const socket = connect(Number(port), hostname)
  socket.write(`${[...lines, `host: ${host}`, 'connection: close'].join('\r\n')}\r\n\r\n${body}`)
  return socket
}

const statusOf = async (...sent: Parameters<typeof send>) => (await text(send(...sent))).split(' ')[1]

it.each([
  ['a GET with a body', ['GET / HTTP/1.1', 'content-length: 2'], '{}'],
  ['a method that fetch does not know', ['TRACE / HTTP/1.1'], ''],
  ['a URL in place of a path', ['GET http://127.0.0.1/ HTTP/1.1'], ''],
])('answers %s with 400', async (_, lines, body) => {
  expect(await statusOf(lines, body)).toBe('400')
})

it('answers 500 where its own answer fails', async () => {
  expect(await statusOf(['GET /broken HTTP/1.1'])).toBe('500')
})

it('goes on after a request that was broken off', async () => {
  const socket = send(['POST / HTTP/1.1', 'content-length: 10'], 'half')
  await once(socket, 'connect')
  socket.resetAndDestroy()
  expect(await statusOf(['POST / HTTP/1.1', 'content-length: 4'], 'done')).toBe('200')
})
