import { afterEach, describe, expect, it, vi } from 'vitest'
import { type DiscoverOptions, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { type FakeClock, fakeClock, settle } from '../fixtures/fake-clock.js'
import { json, type ScriptedServer, scriptedServer } from '../fixtures/scripted-server.js'

const issuer = 'https://as.test'
const document = (token: string, headers: Record<string, string> = {}) =>
  json({ issuer, token_endpoint: `https://as.test/${token}` }, 200, headers)

interface Setting {
  readonly wire: ScriptedServer
  readonly clock: FakeClock
  readonly ask: (options?: DiscoverOptions) => Promise<string>
}

const setting = (...script: Parameters<typeof scriptedServer>): Setting => {
  const wire = scriptedServer(...script)
  const clock = fakeClock()
  const ask = async (options: DiscoverOptions = {}) =>
    (await discover(issuer, { fetch: wire.fetch, clock, ...options })).tokenEndpoint
  return { wire, clock, ask }
}

/** It comes when those who ask at the same time have all come to ask: some runtimes load for each of them what asks. */
const slow = (answer: Response) => async () => {
  await settle()
  return answer
}

/** Asks at the start and twice later, and tells how often the server was asked. */
const requestsWithin = async (headers: Record<string, string>, laterMs: number): Promise<number> => {
  const { wire, clock, ask } = setting(document('1', headers), document('2', headers), document('3', headers))
  await ask()
  clock.set(clock.now() + laterMs)
  await ask()
  return wire.sent.length
}

afterEach(() => vi.unstubAllGlobals())

describe('a discovered document', () => {
  it.each<[string, Record<string, string>, number]>([
    ['an hour, where the server does not say', {}, 3_600],
    ['its max-age', { 'cache-control': 'public, max-age=300' }, 300],
    ['its max-age, in capitals and quoted', { 'cache-control': 'Max-Age="300", public' }, 300],
    ['its max-age less the age it has', { 'cache-control': 'max-age=300', age: '120' }, 180],
    ['a day at most', { 'cache-control': 'max-age=31536000' }, 86_400],
    ['its max-age, where its age is no number', { 'cache-control': 'max-age=300', age: 'old' }, 300],
    ['its max-age, where its age is below zero', { 'cache-control': 'max-age=300', age: '-100' }, 300],
    ['a day at most, however long the number', { 'cache-control': `max-age=${'9'.repeat(400)}`, age: '1' }, 86_400],
    ['an hour, where max-age is none', { 'cache-control': 's-maxage=9, max-age=soon' }, 3_600],
  ])('is cached for %s', async (_, headers, seconds) => {
    expect(await requestsWithin(headers, seconds * 1000 - 1)).toBe(1)
    expect(await requestsWithin(headers, seconds * 1000)).toBe(2)
  })

  it.each(['no-store', 'max-age=300, no-cache', 'max-age=0'])(
    'is not cached where the server says %s',
    async (said) => {
      expect(await requestsWithin({ 'cache-control': said }, 0)).toBe(2)
    },
  )

  it('is read anew where the caller wants it fresh, and cached again', async () => {
    const { wire, ask } = setting(document('1'), document('2'))
    expect([await ask(), await ask({ fresh: true }), await ask()].map((url) => url.at(-1))).toEqual(['1', '2', '2'])
    expect(wire.sent).toHaveLength(2)
  })

  it('is read once for many who ask at the same time, one of whom may leave', async () => {
    let answer = (_: Response) => {}
    const answered = new Promise<Response>((resolve) => {
      answer = resolve
    })
    const { wire, ask } = setting(() => answered)
    const leave = new AbortController()
    const leaving = ask({ signal: leave.signal })
    const staying = [ask(), ask()]
    leave.abort(new Error('had to go'))
    await expect(leaving).rejects.toThrow('had to go')
    answer(document('1'))
    expect(await Promise.all(staying)).toEqual(['https://as.test/1', 'https://as.test/1'])
    expect(wire.sent).toHaveLength(1)
  })

  it('is not given up for one who is patient because another is not', async () => {
    let asked = 0
    let answer = (_: Response) => {}
    const late = new Promise<Response>((resolve) => {
      answer = resolve
    })
    const clock = fakeClock()
    const fetch: typeof globalThis.fetch = () => {
      asked += 1
      return late.then((response) => response.clone())
    }
    const hasty = failureOf(discover(issuer, { fetch, clock, timeoutMs: 10 }))
    const patient = discover(issuer, { fetch, clock, timeoutMs: 60_000 })
    expect((await clock.run(hasty)).code).toBe('timeout')
    answer(document('1'))
    expect((await patient).tokenEndpoint).toBe('https://as.test/1')
    expect(asked).toBeGreaterThan(1)
  })

  it('is read by each request for itself in workerd, where one must not wait for the promise of another', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { wire, ask } = setting(slow(document('1')), slow(document('2')))
    await Promise.all([ask(), ask()])
    expect(wire.sent).toHaveLength(2)
    await ask()
    expect(wire.sent).toHaveLength(2)
  })

  it('is not asked for by one who has left before', async () => {
    const { wire, ask } = setting()
    await expect(ask({ signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
    expect(wire.sent).toHaveLength(0)
  })

  it('is another one with other overrides, another issuer, or another fetch', async () => {
    const { wire, ask, clock } = setting(
      document('1'),
      document('2'),
      json({ issuer: 'https://as.test/b', token_endpoint: 'https://as.test/3' }),
    )
    await ask()
    const overrides = { tokenEndpoint: 'https://as.test/ours' }
    expect(await ask({ overrides })).toBe('https://as.test/ours')
    await discover('https://as.test/b', { fetch: wire.fetch, clock })
    expect(wire.sent).toHaveLength(3)
    const other = scriptedServer(document('4'))
    expect(await ask({ fetch: other.fetch })).toBe('https://as.test/4')
  })

  it('that was believed under allowInsecureRequests is not, without', async () => {
    const insecure = () => json({ issuer, token_endpoint: 'http://as.test/t' })
    const { wire, ask } = setting(insecure(), insecure())
    expect(await ask({ allowInsecureRequests: true })).toBe('http://as.test/t')
    expect((await failureOf(ask())).code).toBe('insecure_url')
    expect(wire.sent).toHaveLength(2)
  })

  it('is another one where an override takes a field away', async () => {
    const revocable = () =>
      json({ issuer, token_endpoint: 'https://as.test/t', revocation_endpoint: 'https://as.test/r' })
    const { wire, clock } = setting(revocable(), revocable())
    const options = { fetch: wire.fetch, clock }
    expect(await discover(issuer, options)).toHaveProperty('revocationEndpoint')
    const overrides = { revocationEndpoint: undefined }
    expect(await discover(issuer, { ...options, overrides })).not.toHaveProperty('revocationEndpoint')
    expect(await discover(issuer, options)).toHaveProperty('revocationEndpoint')
    expect(wire.sent).toHaveLength(2)
  })

  it('is not asked for through what is no fetch', async () => {
    for (const odd of [5, 'fetch', {}]) {
      const asked = Reflect.apply(discover, undefined, [issuer, { fetch: odd }])
      expect((await failureOf(asked)).code).toBe('invalid_argument')
    }
  })

  it('is the caller’s own: what one does to it, nobody else sees', async () => {
    const { wire, clock } = setting(document('1'))
    const options = { fetch: wire.fetch, clock }
    const mine = await discover(issuer, options)
    Object.assign(mine, { tokenEndpoint: 'https://evil.test' })
    expect((await discover(issuer, options)).tokenEndpoint).toBe('https://as.test/1')
  })

  it('that could not be had is asked for again', async () => {
    const nothing = () => new Response('no', { status: 404 })
    const wrong = () => json({ issuer: 'https://evil.test', token_endpoint: 'https://as.test/t' })
    const { ask } = setting(nothing(), nothing(), wrong(), wrong(), document('1'))
    expect((await failureOf(ask())).code).toBe('invalid_response')
    expect((await failureOf(ask())).code).toBe('issuer_mismatch')
    expect(await ask()).toBe('https://as.test/1')
  })

  it('that could not be had is a failure of its own for each who asked', async () => {
    const { wire, ask } = setting(...Array.from({ length: 4 }, () => slow(new Response('no', { status: 404 }))))
    const [one, other] = await Promise.all([failureOf(ask()), failureOf(ask())])
    expect(wire.sent).toHaveLength(2)
    expect(one).toMatchObject({ code: 'invalid_response', status: 404 })
    expect(other).toMatchObject({ code: 'invalid_response', status: 404 })
    expect(one).not.toBe(other)
  })

  it('is asked for again while its server is busy', async () => {
    const { wire, clock, ask } = setting(new Response('no', { status: 503 }), document('1'))
    expect(await clock.run(ask())).toBe('https://as.test/1')
    expect(wire.sent).toHaveLength(2)
  })

  it('is one of a hundred at most, of which the oldest goes', async () => {
    const clock = fakeClock()
    let asked = 0
    const fetch: typeof globalThis.fetch = async (url) => {
      asked += 1
      return json({ issuer: new URL(`${url}`).origin, token_endpoint: 'https://as.test/t' })
    }
    const ask = (number: number) => discover(`https://as${number}.test`, { fetch, clock })
    for (let number = 0; number <= 100; number++) await ask(number)
    await ask(1)
    expect(asked).toBe(101)
    await ask(0)
    expect(asked).toBe(102)
    // What is read anew is young again.
    await discover('https://as2.test', { fetch, clock, fresh: true })
    await ask(101)
    await ask(2)
    expect(asked).toBe(104)
  })
})
