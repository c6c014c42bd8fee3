import { fc, test } from '@fast-check/vitest'
import { http } from 'msw/http'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertScripted } from '../../src/testing/faults/check.js'
import { mockFaultyEndpoints } from '../../src/testing/faults/fault.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockFaultyEndpoint,
  parseFault,
} from '../../src/testing/index.js'
import { anyFault } from './any-fault.js'

const clock = createManualClock()
const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }]
const mock = createMockAuthorizationServer({ clients, clock })
const msw = setupServer(...mock.handlers(http))
const { server } = mock

const urls: Readonly<Record<MockFaultyEndpoint, string>> = {
  authorize: `${server.authorizationEndpoint}?response_type=code&client_id=web&state=sent`,
  token: server.tokenEndpoint,
  device_authorization: `${server.deviceAuthorizationEndpoint}`,
  pushed_authorization_request: `${server.pushedAuthorizationRequestEndpoint}`,
  revocation: `${server.revocationEndpoint}`,
  introspection: `${server.introspectionEndpoint}`,
  userinfo: `${server.userinfoEndpoint}`,
  end_session: `${server.endSessionEndpoint}`,
  registration: `${server.registrationEndpoint}`,
  jwks: `${server.jwksUri}`,
  resource: mock.resource,
  resource_metadata: `${new URL('/.well-known/oauth-protected-resource/resource', mock.resource)}`,
  discovery: `${server.issuer}/.well-known/oauth-authorization-server`,
}

interface Through {
  readonly fetch: typeof globalThis.fetch
  readonly at: (url: string) => string
}

let origin = ''
let close = async () => {}
beforeAll(async () => {
  msw.listen({ onUnhandledFrame: 'bypass' })
  const listening = await mock.listen()
  ;({ close } = listening)
  origin = listening.origin
})
afterAll(async () => {
  msw.close()
  await close()
})

const throughs: readonly (readonly [string, () => Through])[] = [
  ['in process', () => ({ fetch: mock.fetch, at: (url) => url })],
  ['through msw', () => ({ fetch: globalThis.fetch, at: (url) => url })],
  ['over HTTP', () => ({ fetch: globalThis.fetch, at: (url) => url.replace('https://as.test', origin) })],
]

/** What a request comes to: the status, and the text or what became of it; and how long it took on the clock. */
const outcomeOf = async ({ fetch, at }: Through, url: string) => {
  const start = clock.now()
  const asked = async () => {
    const answer = await fetch(at(url), { redirect: 'manual' })
    const text = await answer.text().catch((failure: unknown) => (failure instanceof TypeError ? 'broken' : 'odd'))
    return { status: answer.status, text, header: answer.headers.get('x-odd') }
  }
  const outcome = await clock.run(asked()).catch((failure: unknown) => ({ failure, status: 0, text: '', header: null }))
  return { ...outcome, took: clock.now() - start }
}

const isPossible = (check: () => void): boolean => {
  try {
    check()
    return true
  } catch {
    return false
  }
}

describe.each(throughs)('%s', (_, through) => {
  it.each(mockFaultyEndpoints)('each fault that is for all hits %s', async (endpoint) => {
    const url = urls[endpoint]
    const untouched = await outcomeOf(through(), url)
    const hit = async (fault: string) => {
      mock.fault(`${endpoint}=${fault}`)
      const outcome = await outcomeOf(through(), url)
      expect(mock.requests.at(-1)).toMatchObject({
        endpoint,
        faults: [parseFault(`token=${fault}`).fault].flat().map(({ type }) => type),
      })
      return outcome
    }
    expect(await hit('delay:2s')).toMatchObject({ status: untouched.status, took: 2000 })
    expect(await hit('late_answer:3s')).toMatchObject({ status: untouched.status, took: 3000 })
    expect(await hit('reset')).toMatchObject({ failure: expect.any(TypeError) })
    expect(await hit('reset@after_processing')).toMatchObject({ failure: expect.any(TypeError) })
    expect(await hit('503;retry-after=1')).toMatchObject({ status: 503, text: '' })
    expect(await hit('page')).toMatchObject({ status: 502, text: expect.stringContaining('<!doctype html>') })
    expect(await hit('error_in_200:odd')).toMatchObject({ status: 200, text: '{"error":"odd"}' })
    expect(await hit('redirect:https://elsewhere.test/;status=307')).toMatchObject({ status: 307 })
    expect(await hit('oversized:999')).toMatchObject({
      status: untouched.status,
      text: expect.stringMatching(/^ {999}/),
    })
    expect(await hit('headers:{"x-odd":"it is"}')).toMatchObject({ status: untouched.status, header: 'it is' })
    expect(await hit('error:odd_one;status=418')).toMatchObject({ status: endpoint === 'authorize' ? 302 : 418 })
  })

  test.prop([fc.array(anyFault, { minLength: 1, maxLength: 3 }), fc.constantFrom(...mockFaultyEndpoints)], {
    numRuns: 60,
  })(
    'whatever goes wrong, there is an answer or a connection that fails, and never a failure of the mock',
    async (fault, endpoint) => {
      fc.pre(fault.every(({ type }) => type !== 'hang' && type !== 'drip'))
      // What comes later could not be told from it.
      fc.pre(fault.every((one) => !('ms' in one) || one.ms < 1e9))
      fc.pre(isPossible(() => assertScripted({ endpoint, fault })))
      mock.fault(endpoint, fault)
      const outcome = await outcomeOf(through(), urls[endpoint])
      if ('failure' in outcome) expect(outcome.failure).toBeInstanceOf(TypeError)
      else expect(outcome.text).not.toMatch(/^odd$|the mock failed/)
    },
  )
})
