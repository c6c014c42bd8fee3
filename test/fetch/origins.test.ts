import { describe, expect, it } from 'vitest'
import { type BearerFetchOptions, bearerFetch } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { ok, sourceOf, tokenOf, wire } from './wire.js'

const origins = ['https://api.example.com']

const setUp = (options: BearerFetchOptions = { origins }) => {
  const source = sourceOf('at')
  const api = wire(ok(), ok())
  return { source, api, fetch: bearerFetch(source, { ...options, fetch: api.fetch }) }
}

describe('the token goes', () => {
  it.each(['https://api.example.com', 'https://api.example.com/things?a=1', 'https://API.example.com:443/things'])(
    'to a listed origin, whatever the path and the spelling: %s',
    async (url) => {
      const { api, fetch } = setUp()
      await fetch(url)
      expect(api.seen[0]?.authorization).toBe('Bearer at')
      expect(api.seen[0]?.url).toBe(new URL(url).href)
    },
  )

  it.each([
    ['another host', 'https://evil.example/'],
    ['a host below it', 'https://a.api.example.com/'],
    ['a host that begins like it', 'https://api.example.com.evil.example/'],
    ['a host behind its name', 'https://api.example.com@evil.example/'],
    ['another port', 'https://api.example.com:8443/'],
    ['plain http', 'http://api.example.com/'],
    ['what has no origin', 'data:text/plain,a'],
  ])('not to %s, where nothing is sent and no token asked for', async (_, url) => {
    const { source, api, fetch } = setUp()
    for (const input of [url, new URL(url)]) {
      const failure = await failureOf(fetch(input))
      expect(failure.code).toBe('origin_refused')
      expect(failure.message).toContain(new URL(url).origin)
    }
    expect([api.seen, source.asked]).toEqual([[], []])
  })

  it('nowhere else by otherOrigins, and the call goes on without it', async () => {
    const { source, api, fetch } = setUp({ origins, otherOrigins: 'without-token' })
    expect(await (await fetch('https://cdn.example.com/', { method: 'PUT', body: 'b' })).text()).toBe('ok')
    expect(api.seen).toMatchObject([{ url: 'https://cdn.example.com/', authorization: null, method: 'PUT', body: 'b' }])
    expect(source.asked).toEqual([])
    await fetch('https://api.example.com/')
    expect(api.seen[1]?.authorization).toBe('Bearer at')
  })

  it('where the URL led when it was judged, though the caller changes it meanwhile', async () => {
    const url = new URL('https://api.example.com/a')
    const api = wire(ok())
    const source = {
      token: async () => {
        url.host = 'evil.example'
        return tokenOf('at')
      },
    }
    await bearerFetch(source, { origins, fetch: api.fetch })(url)
    expect(api.seen[0]?.url).toBe('https://api.example.com/a')
  })

  it('anywhere with anyOrigin, but not over plain http', async () => {
    const { source, api, fetch } = setUp({ anyOrigin: true })
    await fetch('https://somewhere.example/')
    await fetch('http://127.0.0.1:1/')
    expect(api.seen.map(({ authorization }) => authorization)).toEqual(['Bearer at', 'Bearer at'])
    expect(await failureOf(fetch('http://somewhere.example/'))).toMatchObject({ code: 'insecure_url' })
    expect([api.seen.length, source.asked.length]).toEqual([2, 2])
  })

  it.each(['http://localhost:1@evil.test/', 'http://127.0.0.1:x@evil.test/', 'http://localhost@evil.test/'])(
    'not to %s with anyOrigin: loopback is its user, not its host',
    async (url) => {
      const { source, api, fetch } = setUp({ anyOrigin: true })
      expect(await failureOf(fetch(url))).toMatchObject({ code: 'insecure_url' })
      expect([api.seen, source.asked]).toEqual([[], []])
    },
  )

  it('over plain http only on loopback, or where that is allowed by name', async () => {
    for (const origin of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
      const { api, fetch } = setUp({ origins: [origin] })
      await fetch(`${origin}/a`)
      expect(api.seen[0]?.authorization).toBe('Bearer at')
    }
    const insecure = 'http://api.internal'
    expect(await failureOf(() => setUp({ origins: [insecure] }))).toMatchObject({ code: 'insecure_url' })
    const { api, fetch } = setUp({ origins: [insecure], allowInsecureRequests: true })
    await fetch(insecure)
    const any = setUp({ anyOrigin: true, allowInsecureRequests: true })
    await any.fetch(insecure)
    expect([api.seen[0]?.authorization, any.api.seen[0]?.authorization]).toEqual(['Bearer at', 'Bearer at'])
  })
})

describe('an origin is written exactly', () => {
  it.each([
    ['with a path', 'https://api.example.com/v1'],
    ['with a slash', 'https://api.example.com/'],
    ['in upper case', 'https://API.example.com'],
    ['with its default port', 'https://api.example.com:443'],
    ['with a query', 'https://api.example.com?a'],
    ['with space around it', ' https://api.example.com'],
    ['with a user, who is not shown', 'https://user:s3cret@api.example.com'],
  ])('not %s: the error tells how', async (_, origin) => {
    const failure = await failureOf(() => setUp({ origins: [origin] }))
    expect(failure).toMatchObject({ code: 'invalid_argument', message: 'origins must be like https://api.example.com' })
  })

  it.each(['', ' ', 'null', 'api.example.com', 'file:///etc', 'blob:https://api.example.com/a', '*'])(
    'not as %j, which is none',
    async (origin) => {
      expect(await failureOf(() => setUp({ origins: ['https://a.example', origin] }))).toMatchObject({
        code: 'insecure_url',
        message: 'each of origins must be https',
      })
    },
  )

  it.each<[string, object]>([
    ['none', { origins: [] }],
    ['no word of them', {}],
    ['anyOrigin beside them', { origins, anyOrigin: true }],
    ['anyOrigin switched off', { anyOrigin: false }],
  ])('%s is an error', async (_, options) => {
    expect(await failureOf(() => setUp(options as BearerFetchOptions))).toMatchObject({ code: 'invalid_argument' })
  })

  it('is an error where there are no options at all', async () => {
    const making = () => Reflect.apply(bearerFetch, undefined, [sourceOf('at')])
    expect(await failureOf(making)).toMatchObject({ code: 'invalid_argument' })
  })
})

describe("the caller's own Authorization header", () => {
  const authorization = 'Basic dXNlcjpwdw=='

  it('wins, and no token is asked for', async () => {
    const { source, api, fetch } = setUp()
    const init = { headers: { Authorization: authorization } }
    await fetch('https://api.example.com/', init)
    await fetch(new Request('https://api.example.com/', init))
    expect(api.seen.map((request) => request.authorization)).toEqual([authorization, authorization])
    expect(source.asked).toEqual([])
  })

  it('may go elsewhere, as it carries no token of ours', async () => {
    const { api, fetch } = setUp()
    await fetch('https://elsewhere.example/', { headers: [['authorization', authorization]] })
    expect(api.seen).toMatchObject([{ url: 'https://elsewhere.example/', authorization }])
  })

  it('of a Request is gone if the headers of init replace it', async () => {
    const { api, fetch } = setUp()
    const request = new Request('https://api.example.com/', { headers: { authorization } })
    await fetch(request, { headers: { accept: 'text/plain' } })
    expect(api.seen[0]?.authorization).toBe('Bearer at')
  })
})
