import { describe, expect, expectTypeOf, it } from 'vitest'
import type { MockAuthorizationServer } from '../../src/testing/index.js'
import '../../src/vitest/index.js'

declare const mock: MockAuthorizationServer

describe('the matchers of bearward/vitest', () => {
  it('are known to expect, and answer nothing', () => {
    expectTypeOf(expect(mock).toHaveReceivedTokenRequest).returns.toBeVoid()
    expectTypeOf(expect(mock).not.toHaveReceivedTokenRequestTimes).returns.toBeVoid()
    expectTypeOf(expect(Promise.resolve(mock)).resolves.toHaveReceivedTokenRequest).returns.toEqualTypeOf<
      Promise<void>
    >()
  })

  it('take what a request may be like, and vitest’s own matchers in its place', () => {
    expect(mock).toHaveReceivedTokenRequest({ grantType: 'refresh_token', scope: ['read'] })
    expect(mock).toHaveReceivedTokenRequest({ parameters: { refresh_token: expect.any(String) } })
    expect(mock).toHaveReceivedRequestTimes('revocation', 1, { clientId: 'web' })
  })

  it('refuse what is misspelt', () => {
    // @ts-expect-error: the field is called grantType.
    expect(mock).toHaveReceivedTokenRequest({ grant_type: 'refresh_token' })
    // @ts-expect-error: there is no such endpoint.
    expect(mock).toHaveReceivedRequest('revoke')
  })
})
