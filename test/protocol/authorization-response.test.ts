import { describe, expect, it } from 'vitest'
import { type AuthorizationRequest, authorizationResponse, type Callback } from '../../src/authorize.js'
import { failureOf } from '../fixtures/failure-of.js'

const request: AuthorizationRequest = {
  url: 'https://as.test/authorize?…',
  state: 'the-state',
  clientId: 'web',
  redirectUri: 'https://app.test/callback',
  codeVerifier: 'v'.repeat(43),
}
const fromIssuer = { ...request, issuer: 'https://as.test' }

const callback = (query: string) => `https://app.test/callback?${query}`

describe('authorization response', () => {
  it.each([
    ['a URL', new URL(callback('code=c&state=the-state'))],
    ['an absolute string', callback('code=c&state=the-state')],
    ['a path', '/callback?code=c&state=the-state'],
    ['a query', '?code=c&state=the-state'],
    ['a query without its mark', 'code=c&state=the-state'],
    ['a URL with a fragment', callback('code=c&state=the-state#_=_')],
    ['search parameters', new URLSearchParams('code=c&state=the-state')],
    ['a GET request', new Request(callback('code=c&state=the-state'))],
    [
      'a form_post request',
      new Request(callback('ignored=1'), { method: 'POST', body: new URLSearchParams('code=c&state=the-state') }),
    ],
  ])('takes %s', async (_, given) => {
    expect(await authorizationResponse(given, request)).toEqual({ code: 'c' })
  })

  it('refuses what comes back where no request was kept', async () => {
    const none = undefined as unknown as AuthorizationRequest
    expect((await failureOf(authorizationResponse('?code=c&state=s', none))).code).toBe('state_mismatch')
  })

  it('leaves a form_post request readable', async () => {
    const body = new URLSearchParams('code=c&state=the-state')
    const posted = new Request(callback(''), { method: 'POST', body })
    await authorizationResponse(posted, request)
    expect(await posted.text()).toBe('code=c&state=the-state')
  })

  it.each([
    ['was read already', (posted: Request) => posted.text()],
    ['is being read', async (posted: Request) => posted.body?.getReader()],
  ])('refuses a form_post request whose body %s', async (_, read) => {
    const posted = new Request(callback(''), { method: 'POST', body: 'code=c&state=the-state' })
    await read(posted)
    expect((await failureOf(authorizationResponse(posted, request))).code).toBe('invalid_callback')
  })

  it.each([undefined, null, { method: 'POST', url: '/callback' }])('refuses %j, which is no callback', async (odd) => {
    expect((await failureOf(authorizationResponse(odd as Callback, request))).code).toBe('invalid_callback')
  })

  it('refuses a form_post request whose body breaks off', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error('the user has left')) })
    const posted = new Request(callback(''), { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect((await failureOf(authorizationResponse(posted, request))).code).toBe('invalid_callback')
  })

  it('decodes what the query encodes', async () => {
    expect(await authorizationResponse('?code=a%2Fb+c%26&state=the-state', request)).toEqual({ code: 'a/b c&' })
  })

  it.each(['', 'code=c', 'code=c&state=', 'code=c&state=other', 'code=c&state=the-statE', 'code=c&state=the-state2'])(
    'refuses the state of %j',
    async (query) => {
      expect((await failureOf(authorizationResponse(callback(query), request))).code).toBe('state_mismatch')
    },
  )

  it('refuses every state where the pending request was lost', async () => {
    const lost = {} as AuthorizationRequest
    expect((await failureOf(authorizationResponse('?code=c&state=undefined', lost))).code).toBe('state_mismatch')
    const none = undefined as unknown as AuthorizationRequest
    expect((await failureOf(authorizationResponse('?code=c&state=', none))).code).toBe('state_mismatch')
  })

  it('believes no error parameter before the state is right', async () => {
    const error = await failureOf(authorizationResponse('?error=access_denied&state=forged', request))
    expect(error.code).toBe('state_mismatch')
  })

  it('believes no error parameter before the issuer is right', async () => {
    const forged = '?error=access_denied&state=the-state&iss=https%3A%2F%2Fevil.test'
    expect((await failureOf(authorizationResponse(forged, fromIssuer))).code).toBe('issuer_mismatch')
  })

  it('refuses a code from another issuer', async () => {
    const mixedUp = '?code=c&state=the-state&iss=https%3A%2F%2Fevil.test'
    expect((await failureOf(authorizationResponse(mixedUp, fromIssuer))).code).toBe('issuer_mismatch')
  })

  it('demands iss only of a server that says it sends it', async () => {
    expect(await authorizationResponse('?code=c&state=the-state', fromIssuer)).toEqual({ code: 'c' })
    const strict = { ...fromIssuer, issuerRequired: true }
    expect((await failureOf(authorizationResponse('?code=c&state=the-state', strict))).code).toBe('issuer_mismatch')
    const right = '?code=c&state=the-state&iss=https%3A%2F%2Fas.test'
    expect(await authorizationResponse(right, strict)).toEqual({ code: 'c' })
  })

  it('does not judge an iss where no issuer is known', async () => {
    expect(await authorizationResponse('?code=c&state=the-state&iss=anyone', request)).toEqual({ code: 'c' })
  })

  it('surfaces an error with its description', async () => {
    const query = 'error=access_denied&error_description=the+user+said+no&error_uri=https%3A%2F%2Fas.test%2Fe'
    expect(await failureOf(authorizationResponse(callback(`${query}&state=the-state`), request))).toMatchObject({
      code: 'authorization_refused',
      error: 'access_denied',
      errorDescription: 'the user said no',
      errorUri: 'https://as.test/e',
    })
  })

  it('tells a page that renews with prompt=none that the user must log in', async () => {
    const error = await failureOf(authorizationResponse('?error=login_required&state=the-state', request))
    expect(error).toMatchObject({ code: 'authorization_refused', error: 'login_required' })
  })

  it.each([
    'code=c&code=d&state=the-state',
    'code=c&code=c&state=the-state',
    'code=c&state=the-state&state=the-state',
    'code=c&state=the-state&iss=a&iss=a',
    'error=a&error=b&state=the-state',
    'error=a&error_description=1&error_description=2&state=the-state',
  ])('refuses a repeated parameter: %s', async (query) => {
    expect((await failureOf(authorizationResponse(callback(query), request))).code).toBe('invalid_callback')
  })

  it.each(['state=the-state', 'code=&state=the-state'])('refuses a callback without code: %s', async (query) => {
    expect((await failureOf(authorizationResponse(callback(query), request))).code).toBe('invalid_callback')
  })
})
