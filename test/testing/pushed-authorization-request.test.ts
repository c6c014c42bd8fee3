import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { basic, get, s256 } from './wire.js'

const redirectUri = 'https://app.test/callback'
const clients = [
  { clientId: 'web', clientSecret: 's3cret', redirectUris: [redirectUri], scope: 'read' },
  { clientId: 'other', clientSecret: 'secret', redirectUris: [redirectUri] },
]
const good = { client_id: 'web', response_type: 'code', redirect_uri: redirectUri, state: 'st', ...s256 }

const setUp = (options: Partial<MockAuthorizationServerOptions> = {}) => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({ clients, clock, ...options })
  const push = async (form: Record<string, string>, headers = basic('web', 's3cret')) => {
    const body = new URLSearchParams(form)
    const answer = await mock.fetch(`${mock.server.pushedAuthorizationRequestEndpoint}`, {
      ...{ method: 'POST', headers, body },
    })
    return { status: answer.status, json: await answer.json() }
  }
  const authorize = (query: Record<string, string>) =>
    mock.authorize(`${mock.server.authorizationEndpoint}?${new URLSearchParams(query)}`)
  return { clock, mock, push, authorize }
}

describe('the pushed authorization request endpoint', () => {
  it('answers a reference that leads to a code (RFC 9126 §2.2)', async () => {
    const { push, authorize } = setUp()
    const { status, json } = await push(good)
    expect([status, json]).toEqual([
      201,
      { request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:.{20}/), expires_in: 60 },
    ])
    const callback = new URL(await authorize({ client_id: 'web', request_uri: json.request_uri }))
    expect(callback.origin + callback.pathname).toBe(redirectUri)
    expect([callback.searchParams.get('state'), callback.searchParams.has('code')]).toEqual(['st', true])
  })

  it('takes what was pushed alone, whatever else is in the URL', async () => {
    const { push, authorize } = setUp()
    const { json } = await push(good)
    const query = {
      client_id: 'web',
      request_uri: json.request_uri,
      state: 'forged',
      redirect_uri: 'https://evil.test/',
    }
    const callback = await authorize(query)
    expect(callback).toMatch(/^https:\/\/app\.test\/callback\?.*state=st/)
  })

  it.each<[string, Record<string, string>, string]>([
    ['a request_uri', { request_uri: 'urn:x' }, 'invalid_request'],
    ['a redirect URI that is not registered', { redirect_uri: 'https://evil.test/' }, 'invalid_request'],
    ['no response_type', { response_type: '' }, 'invalid_request'],
    ['another response_type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a scope that the client may not have', { scope: 'write' }, 'invalid_scope'],
    ['an unknown challenge method', { code_challenge_method: 'S512' }, 'invalid_request'],
    ['a resource with a fragment', { resource: 'https://api.test/#a' }, 'invalid_target'],
    ['details that are no JSON', { authorization_details: '[' }, 'invalid_authorization_details'],
    ['a max_age that is no number', { max_age: 'now' }, 'invalid_request'],
    ['no client_id', { client_id: '' }, 'invalid_request'],
  ])('refuses %s before any user has come', async (_, wrong, error) => {
    const { status, json } = await setUp().push({ ...good, ...wrong })
    expect([status, json.error]).toEqual([400, error])
  })

  it('authenticates the client', async () => {
    const { push } = setUp()
    expect((await push(good, basic('web', 'wrong'))).json.error).toBe('invalid_client')
    expect((await push(good, basic('other', 'secret'))).json.error).toBe('invalid_request')
    expect((await push(good, {} as never)).json.error).toBe('invalid_client')
  })

  it('takes a POST alone', async () => {
    const { mock } = setUp()
    expect((await get(mock, `${mock.server.pushedAuthorizationRequestEndpoint}`)).status).toBe(405)
  })
})

describe('a reference', () => {
  const refusedAs = async (asked: Promise<string>) => {
    const { code, message } = await failureOf(asked)
    expect(code).toBe('authorization_refused')
    return message.match(/redirects nowhere: (.*) \(/)?.[1]
  }

  it('works once (RFC 9126 §7.3)', async () => {
    const { push, authorize } = setUp()
    const query = { client_id: 'web', request_uri: (await push(good)).json.request_uri }
    await authorize(query)
    expect(await refusedAs(authorize(query))).toBe('request_uri was used before')
  })

  it('works for its lifetime', async () => {
    const { clock, push, authorize } = setUp({ pushedRequestLifetime: 90 })
    const { json } = await push(good)
    expect(json.expires_in).toBe(90)
    clock.set(clock.now() + 90_000)
    expect(await refusedAs(authorize({ client_id: 'web', request_uri: json.request_uri }))).toBe(
      'request_uri has expired',
    )
  })

  it('works for the client that pushed it, and another one does not use it up (RFC 9126 §2.2)', async () => {
    const { push, authorize } = setUp()
    const { request_uri } = (await push(good)).json
    expect(await refusedAs(authorize({ client_id: 'other', request_uri }))).toBe('request_uri is of another client')
    expect(await authorize({ client_id: 'web', request_uri })).toContain('code=')
  })

  it('that was never given is refused', async () => {
    const { authorize } = setUp()
    expect(await refusedAs(authorize({ ...good, request_uri: 'urn:x' }))).toBe('request_uri was never given')
  })
})

it('a server that requires pushes refuses what comes otherwise (RFC 9126 §5)', async () => {
  const { mock, push, authorize } = setUp({ requirePushedAuthorizationRequests: true })
  expect(mock.server.requirePushedAuthorizationRequests).toBe(true)
  expect(new URL(await authorize(good)).searchParams.get('error')).toBe('invalid_request')
  const { json } = await push(good)
  expect(await authorize({ client_id: 'web', request_uri: json.request_uri })).toContain('code=')
})
