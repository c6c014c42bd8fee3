import { describe, expect, it } from 'vitest'
import {
  createMockAuthorizationServer,
  formatFault,
  type MockAuthorizationServerOptions,
  type MockFault,
  type MockFaultOptions,
  type MockFaultyEndpoint,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { authorizationUrl } from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [redirectUri] }]
const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({ clients, ...options })
type Mock = ReturnType<typeof mockOf>

const status = (number: number): MockFault => ({ type: 'status', status: number })

/** What a resource answers, which is 401 where nothing goes wrong. */
const answers = async ({ fetch, resource }: Mock, times: number) => {
  const seen: number[] = []
  for (let time = 0; time < times; time++) seen.push((await fetch(resource)).status)
  return seen
}

describe('the script', () => {
  it('hits one request with each fault, in the order they were added', async () => {
    const mock = mockOf()
    mock.fault('resource', status(503))
    mock.fault('resource', status(500), { times: 2 })
    mock.fault('resource', { type: 'none' })
    mock.fault('resource', status(429))
    expect(await answers(mock, 6)).toEqual([503, 500, 500, 401, 429, 401])
    expect(mock.requests.map(({ faults }) => faults)).toEqual([
      ['status'],
      ['status'],
      ['status'],
      undefined,
      ['status'],
      undefined,
    ])
  })

  it('may be given to the mock when it is made', async () => {
    const mock = mockOf({
      faults: [
        { endpoint: 'resource', fault: status(503), times: 2 },
        { endpoint: 'token', fault: status(500) },
      ],
    })
    mock.fault('resource', status(429))
    expect(await answers(mock, 4)).toEqual([503, 503, 429, 401])
  })

  it('goes on without end where it is told, until it is cleared', async () => {
    const mock = mockOf()
    mock.fault('resource', status(503), { times: Infinity })
    expect(new Set(await answers(mock, 50))).toEqual(new Set([503]))
    mock.clearFaults()
    expect(await answers(mock, 1)).toEqual([401])
  })

  it('has a fault taken out of it', async () => {
    const mock = mockOf()
    const { remove } = mock.fault('resource', status(503), { times: Infinity })
    mock.fault('resource', status(500), { times: Infinity })
    expect(await answers(mock, 1)).toEqual([503])
    remove()
    expect(await answers(mock, 2)).toEqual([500, 500])
  })

  it('is of one endpoint', async () => {
    const mock = mockOf()
    mock.fault('token', status(503))
    expect(await answers(mock, 1)).toEqual([401])
    expect((await mock.fetch('https://as.test/nothing')).status).toBe(404)
    expect((await mock.fetch(mock.server.tokenEndpoint)).status).toBe(503)
  })

  it('waits for the grant that it is for', async () => {
    const mock = mockOf()
    mock.fault('token', status(503), { grantType: 'refresh_token' })
    const ask = async (grantType: string) => {
      const body = new URLSearchParams({ grant_type: grantType, refresh_token: 'unknown' })
      const headers = { authorization: `Basic ${btoa('web:s3cret')}` }
      return (await mock.fetch(mock.server.tokenEndpoint, { method: 'POST', body, headers })).status
    }
    expect(await ask('client_credentials')).toBe(200)
    expect(await ask('refresh_token')).toBe(503)
    expect(await ask('refresh_token')).toBe(400)
  })
})

describe('a probability', () => {
  const drawn = async (seed: number | undefined, options: MockFaultOptions, times = 400) => {
    const mock = mockOf(seed === undefined ? {} : { seed })
    mock.fault('resource', status(503), options)
    return (await answers(mock, times)).map((answered) => answered === 503)
  }
  const hits = async (...given: Parameters<typeof drawn>) => (await drawn(...given)).filter(Boolean).length

  it('hits about as many', async () => {
    for (const seed of [0, 1, 7, -3, 2 ** 31]) {
      expect(await hits(seed, { probability: 0.25 })).toBeGreaterThan(60)
      expect(await hits(seed, { probability: 0.25 })).toBeLessThan(140)
    }
    expect(await hits(1, { probability: 0 })).toBe(0)
    expect(await hits(1, { probability: 1 })).toBe(400)
  })

  it('draws the same each time from the same seed, and others from another', async () => {
    const options = { probability: 0.5 }
    expect(await drawn(7, options, 40)).toEqual(await drawn(7, options, 40))
    expect(await drawn(7, options, 40)).not.toEqual(await drawn(8, options, 40))
    expect(await drawn(undefined, options, 40)).toEqual(await drawn(1, options, 40))
  })

  it('goes with a number of times', async () => {
    expect(await hits(7, { probability: 0.5, times: 3 })).toBe(3)
  })

  it('lets the next fault of the script have the requests that it does not hit', async () => {
    const mock = mockOf({ seed: 7 })
    mock.fault('resource', status(503), { probability: 0.5 })
    mock.fault('resource', status(500), { times: Infinity })
    expect(new Set(await answers(mock, 40))).toEqual(new Set([503, 500]))
  })
})

describe('a probability over HTTP', () => {
  it('hits the same requests of a grant, however many others come between them', async () => {
    const run = async (others: number) => {
      const mock = mockOf({ seed: 7, faults: ['token=503%0.5', 'resource=429%0.5'] })
      const listening = await mock.listen()
      const { server } = listening
      const ask = async (grantType: string) => {
        const body = new URLSearchParams({ grant_type: grantType, refresh_token: 'unknown' })
        const headers = { authorization: `Basic ${btoa('web:s3cret')}` }
        return (await fetch(server.tokenEndpoint, { method: 'POST', body, headers })).status
      }
      const asked = Promise.all(Array.from({ length: 24 }, () => ask('client_credentials')))
      const between = Array.from({ length: others }, () => [ask('refresh_token'), fetch(listening.resource)]).flat()
      await Promise.all([asked, ...between])
      await listening.close()
      const grant = mock.requests.filter(({ form }) => form?.['grant_type'] === 'client_credentials')
      return { statuses: grant.map(({ status }) => status), counted: (await asked).filter((one) => one === 503).length }
    }
    const alone = await run(0)
    expect(alone.counted).toBe(alone.statuses.filter((status) => status === 503).length)
    expect(new Set(alone.statuses)).toEqual(new Set([200, 503]))
    expect(await run(12)).toEqual(alone)
  })
})

describe('the script in words', () => {
  it('is read when the mock is made, and later', async () => {
    const mock = mockOf({ faults: ['resource=503,none,500x2', { endpoint: 'resource', fault: status(429) }] })
    const { remove } = mock.fault('resource=418x*,502')
    expect(await answers(mock, 7)).toEqual([503, 401, 500, 500, 429, 418, 418])
    remove()
    expect(await answers(mock, 1)).toEqual([401])
    const failure = await failureOf(() => mock.fault('resource=503,tokn'))
    expect(failure).toMatchObject({ code: 'invalid_argument' })
    expect(await answers(mock, 1)).toEqual([401])
    expect(await failureOf(() => mockOf({ faults: ['tokn=503'] }))).toMatchObject({ code: 'invalid_argument' })
  })

  it('says what is still to come', async () => {
    const mock = mockOf({ faults: ['resource=503x3,500', 'token=reset%0.5'] })
    await answers(mock, 2)
    const pending = () => mock.faults.map(({ scripted, left, hits }) => [formatFault(scripted), left, hits])
    expect(pending()).toEqual([
      ['resource=503x3', 1, 2],
      ['resource=500', 1, 0],
      ['token=reset%0.5', Infinity, 0],
    ])
    expect(await answers(mock, 3)).toEqual([503, 500, 401])
    expect(pending()).toEqual([['token=reset%0.5', Infinity, 0]])
  })

  it('has a fault for all endpoints', async () => {
    const mock = mockOf({ faults: ['*=503x2'] })
    expect((await mock.fetch(mock.server.tokenEndpoint)).status).toBe(503)
    expect((await mock.fetch('https://as.test/nothing')).status).toBe(404)
    expect(await answers(mock, 2)).toEqual([503, 401])
  })
})

describe('a script is refused that', () => {
  it.each<[string, MockFaultyEndpoint, MockFault | MockFault[], MockFaultOptions]>([
    ['loses a rotation elsewhere', 'resource', { type: 'lost_rotation', answers: 'no_refresh_token' }, {}],
    ['refuses tokens elsewhere', 'token', { type: 'token_refused' }, {}],
    ['refuses tokens elsewhere, among others', 'token', [{ type: 'none' }, { type: 'insufficient_scope' }], {}],
    [
      'loses a rotation everywhere',
      '*' as MockFaultyEndpoint,
      { type: 'lost_rotation', answers: 'no_refresh_token' },
      {},
    ],
    ['is of no endpoint', 'tokn' as MockFaultyEndpoint, status(503), {}],
    ['waits for ever', 'token', { type: 'delay', ms: Infinity }, {}],
    ['has a grant elsewhere', 'resource', status(503), { grantType: 'refresh_token' }],
    ['has a status that is none', 'token', status(199), {}],
    ['has a page of no status', 'token', { type: 'page', status: 600 }, {}],
    ['goes back in time', 'token', { type: 'delay', ms: -1 }, {}],
    ['hits half a request', 'token', status(503), { times: 0.5 }],
    ['hits none', 'token', status(503), { times: 0 }],
    ['is more than certain', 'token', status(503), { probability: 1.1 }],
    ['is less than impossible', 'token', status(503), { probability: -0.1 }],
  ])('%s', async (_, endpoint, fault, options) => {
    const mock = mockOf()
    const invalid = { code: 'invalid_argument' }
    expect(await failureOf(() => mock.fault(endpoint, fault, options))).toMatchObject(invalid)
    expect(await failureOf(() => mockOf({ faults: [{ endpoint, fault, ...options }] }))).toMatchObject(invalid)
    expect(await answers(mock, 1)).toEqual([401])
  })
})

describe('the user who is played', () => {
  const url = (mock: Mock) => authorizationUrl(mock, { client_id: 'web', redirect_uri: redirectUri })

  it('meets the faults of the authorization endpoint', async () => {
    const mock = mockOf()
    mock.fault('authorize', { type: 'reset', when: 'before_processing' })
    mock.fault('authorize', status(503))
    await expect(mock.authorize(url(mock))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
    const refused = await failureOf(mock.authorize(url(mock)))
    expect(refused).toMatchObject({ code: 'authorization_refused', errorDescription: 'it answered 503' })
    expect(await mock.authorize(url(mock))).toContain('code=')
  })
})
