import { describe, expect, it } from 'vitest'
import { askCredentials, askResource, reach, ways } from './ways.js'

describe.each(ways)('%s, an answer', (way) => {
  it('drips: each piece but the first comes after a pause', async () => {
    const here = await reach(way)
    here.mock.fault('token=drip:20ms;bytes=10')
    const start = here.clock.now()
    const answer = await askCredentials(here)
    expect([answer.status, here.clock.now()]).toEqual([200, start])
    const text = await here.clock.run(answer.text())
    expect(JSON.parse(text)).toMatchObject({ expires_in: 3600 })
    expect(here.clock.now() - start).toBe((Math.ceil(text.length / 10) - 1) * 20)
  })

  it('drips byte by byte, and no more once nobody reads', async () => {
    const here = await reach(way)
    here.mock.fault('token=drip:1s')
    const start = here.clock.now()
    const reader = (await askCredentials(here)).body?.getReader()
    const piece = async () => new TextDecoder().decode((await reader?.read())?.value)
    expect(await piece()).toBe('{')
    expect(await here.clock.run(piece())).toBe('"')
    expect(here.clock.now() - start).toBe(1000)
    await reader?.cancel()
    await here.clock.advance(5000)
  })

  it('has a name twice', async () => {
    const here = await reach(way)
    here.mock.fault('token=duplicate_keys:{"access_token":"another","expires_in":1}')
    const text = await (await askCredentials(here)).text()
    expect(text.match(/"access_token":"[^"]+"/g)).toEqual([
      expect.stringMatching(/"access-/),
      '"access_token":"another"',
    ])
    expect(JSON.parse(text)).toMatchObject({ access_token: 'another', expires_in: 1, token_type: 'Bearer' })
  })

  it('begins with a byte order mark', async () => {
    const here = await reach(way)
    here.mock.fault('token=byte_order_mark')
    const bytes = new Uint8Array(await (await askCredentials(here)).arrayBuffer())
    expect([...bytes.slice(0, 4)]).toEqual([0xef, 0xbb, 0xbf, '{'.charCodeAt(0)])
  })

  it('has other headers, and lacks some', async () => {
    const here = await reach(way)
    here.mock.fault('token=headers:{"content-type":"text/html","cache-control":undefined}')
    const { status, headers } = await askCredentials(here)
    expect([status, headers.get('content-type'), headers.get('cache-control'), headers.get('pragma')]).toEqual([
      200,
      'text/html',
      null,
      'no-cache',
    ])
  })

  it('is a form', async () => {
    const here = await reach(way)
    here.mock.fault('token=form_encoded')
    const answer = await askCredentials(here)
    expect(answer.headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(await answer.text()))).toEqual({
      access_token: expect.stringMatching(/^access-/),
      token_type: 'Bearer',
      expires_in: '3600',
      scope: 'read',
    })
  })

  it.each(['200', '204', '204;processed', 'drip:1s+204', 'truncated+204', 'oversized:9+204'])(
    'is empty: %s',
    async (fault) => {
      const here = await reach(way)
      here.mock.fault(`token=${fault}`)
      const answer = await askCredentials(here)
      expect([answer.status, await answer.text()]).toEqual([Number(fault.match(/20\d/)?.[0]), ''])
    },
  )

  it('sends to where the request was made, again and again', async () => {
    const here = await reach(way)
    here.mock.fault('resource=redirect;status=307x*')
    await expect(askResource(here, 'any')).rejects.toThrow(TypeError)
    expect(here.mock.requests.length).toBeGreaterThan(19)
    expect(new Set(here.mock.requests.map(({ url }) => url))).toEqual(new Set([here.resource]))
  })
})
