import { describe, expect, it, vi } from 'vitest'
import type { MockFault } from '../../src/testing/index.js'
import { askCredentials, askRefresh, askResource, type Reached, reach, sessionOf, ways } from './ways.js'

const reasonOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

/** The connection failed, in whatever words the runtime has for it. */
const isReset = (failure: unknown) => failure instanceof TypeError && failure.cause instanceof Error

const firstChunk = async (response: Response) => {
  const reader = response.body?.getReader()
  const text = new TextDecoder().decode((await reader?.read())?.value)
  return { text, rest: async () => reader?.read() }
}

const seen = async ({ mock }: Reached) => vi.waitUntil(() => mock.requests.length > 0, { interval: 1, timeout: 15_000 })

describe.each(ways)('%s, a server', (way) => {
  it('that delays processes the request later', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'delay', ms: 5000 })
    const start = here.clock.now()
    const json = await here.clock.run(askCredentials(here).then((answer) => answer.json()))
    expect(here.clock.now() - start).toBe(5000)
    await here.clock.advance(3_599_999)
    expect((await askResource(here, json.access_token)).status).toBe(200)
    await here.clock.advance(1)
    expect((await askResource(here, json.access_token)).status).toBe(401)
  })

  it('that answers late has used up as much of the lifetime', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'late_answer', ms: 5000 })
    const json = await here.clock.run(askCredentials(here).then((answer) => answer.json()))
    expect(json.expires_in).toBe(3600)
    await here.clock.advance(3_594_999)
    expect((await askResource(here, json.access_token)).status).toBe(200)
    await here.clock.advance(1)
    expect((await askResource(here, json.access_token)).status).toBe(401)
  })

  it.each([
    ['before_processing', false],
    ['after_processing', true],
  ] as const)('that hangs %s does so until the client leaves', async (when, used) => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'hang', when })
    const controller = new AbortController()
    let settled = false
    const failure = reasonOf(askRefresh(here, refreshToken, { signal: controller.signal })).finally(() => {
      settled = true
    })
    await seen(here)
    await here.clock.advance(1e9)
    expect(settled).toBe(false)
    const reason = new Error('no longer wanted')
    controller.abort(reason)
    expect(await failure).toBe(reason)
    expect(here.mock.requests[0]).not.toHaveProperty('status')
    expect(await isUsed()).toBe(used)
  })

  it('that hangs inside the body has sent half of it', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'hang', when: 'inside_body' })
    const controller = new AbortController()
    const answer = await askRefresh(here, refreshToken, { signal: controller.signal })
    expect(answer.status).toBe(200)
    const { text, rest } = await firstChunk(answer)
    expect(text).toMatch(/^\{"access_token":/)
    expect(text).not.toContain('}')
    const failure = reasonOf(rest())
    controller.abort()
    expect(await failure).toMatchObject({ name: 'AbortError' })
    expect(await isUsed()).toBe(true)
  })

  it.each([
    ['before_processing', false],
    ['after_processing', true],
  ] as const)('resets the connection %s', async (when, used) => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'reset', when })
    const failure = await reasonOf(askRefresh(here, refreshToken))
    expect(failure).toBeInstanceOf(TypeError)
    expect(failure).toMatchObject({ message: 'fetch failed', cause: { code: 'ECONNRESET' } })
    expect(here.mock.requests).toMatchObject([{ faults: ['reset'] }])
    expect(here.mock.requests[0]).not.toHaveProperty('status')
    expect(await isUsed()).toBe(used)
  })

  it('resets the connection inside the body', async () => {
    const here = await reach(way)
    const { refreshToken, isUsed } = sessionOf(here)
    here.mock.fault('token', { type: 'reset', when: 'inside_body' })
    const { text, rest } = await firstChunk(await askRefresh(here, refreshToken))
    expect(text).toMatch(/^\{"access_token":[^}]*$/)
    const failure = await reasonOf(rest())
    expect(failure).toMatchObject({ message: 'terminated' })
    expect(isReset(failure)).toBe(true)
    expect(await isUsed()).toBe(true)
  })

  it('breaks off inside a body that is empty', async () => {
    const here = await reach(way)
    here.mock.fault('resource', { type: 'reset', when: 'inside_body' })
    const answer = await askResource(here, 'unknown')
    expect(answer.status).toBe(401)
    expect(isReset(await reasonOf(answer.text()))).toBe(true)
  })

  it('streams no more of it once the client leaves', async () => {
    const here = await reach(way)
    here.mock.fault('token', { type: 'oversized', bytes: Infinity })
    const controller = new AbortController()
    const { text, rest } = await firstChunk(await askCredentials(here, { signal: controller.signal }))
    expect(text).toMatch(/^ +$/)
    controller.abort()
    expect(await reasonOf(rest())).toMatchObject({ name: 'AbortError' })
  })
})

describe('over HTTP, what hangs or waits', () => {
  it.each<MockFault>([
    { type: 'hang', when: 'before_processing' },
    { type: 'hang', when: 'after_processing' },
    { type: 'hang', when: 'inside_body' },
    { type: 'delay', ms: 1000 },
    { type: 'oversized', bytes: Infinity },
  ])('ends when the listener is closed: %j', async (fault) => {
    const here = await reach('over HTTP')
    here.mock.fault('token', fault)
    const failure = reasonOf(askCredentials(here).then((answer) => answer.text()))
    await seen(here)
    await here.close()
    expect(isReset(await failure)).toBe(true)
  })

  it('ends when the client leaves, so that nothing is processed that nobody waits for', async () => {
    const sleeping: Promise<string>[] = []
    const here = await reach('over HTTP')
    const { mock, clock } = here
    const { refreshToken } = mock.issue({ clientId: 'web' })
    const sleep = clock.sleep
    clock.sleep = (...given) => {
      const slept = sleep(...given)
      sleeping.push(slept.then(() => 'woken').catch((reason) => reason.name))
      return slept
    }
    mock.fault('token', { type: 'delay', ms: 1000 })
    const controller = new AbortController()
    const failure = reasonOf(askRefresh(here, refreshToken, { signal: controller.signal }))
    await vi.waitUntil(() => sleeping.length > 0, { interval: 1, timeout: 15_000 })
    controller.abort()
    await failure
    expect(await Promise.all(sleeping)).toEqual(['AbortError'])
    await clock.advance(1000)
    expect((await askRefresh(here, refreshToken)).status).toBe(200)
  })
})
