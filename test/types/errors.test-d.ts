import { describe, expectTypeOf, it } from 'vitest'
import { type Delivery, OAuthError, type OAuthErrorCode } from '../../src/index.js'

declare const error: OAuthError

describe('a switch over error.code', () => {
  it('narrows to the fields of each code, and can be exhaustive', () => {
    switch (error.code) {
      case 'invalid_argument':
      case 'insecure_url':
      case 'secret_in_browser':
      case 'unsupported':
      case 'invalid_callback':
      case 'state_mismatch':
      case 'issuer_mismatch':
      case 'resource_mismatch':
      case 'session_uncertain':
      case 'foreign_record':
      case 'origin_refused':
        // @ts-expect-error nothing was sent, so there is no status
        error.status
        return
      case 'authorization_refused':
        expectTypeOf(error.error).toEqualTypeOf<string>()
        expectTypeOf(error.errorDescription).toEqualTypeOf<string | undefined>()
        expectTypeOf(error.errorUri).toEqualTypeOf<string | undefined>()
        return
      case 'session_ended':
        expectTypeOf(error.error).toEqualTypeOf<string | undefined>()
        return
      case 'error_response':
        expectTypeOf(error.error).toEqualTypeOf<string>()
        expectTypeOf(error.status).toEqualTypeOf<number>()
        expectTypeOf(error.delivery).toEqualTypeOf<Delivery | undefined>()
        expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>()
        return
      case 'invalid_response':
        expectTypeOf(error.status).toEqualTypeOf<number>()
        expectTypeOf(error.contentType).toEqualTypeOf<string | undefined>()
        expectTypeOf(error.excerpt).toEqualTypeOf<string | undefined>()
        // @ts-expect-error what is no OAuth answer names no OAuth error
        error.error
        return
      case 'redirect_refused':
        expectTypeOf(error.status).toEqualTypeOf<number>()
        return
      case 'unreachable':
        expectTypeOf(error.delivery).toEqualTypeOf<'not_processed'>()
        return
      case 'store_failed':
        expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>()
        return
      case 'timeout':
        expectTypeOf(error.delivery).toEqualTypeOf<'ambiguous' | 'not_processed'>()
        return
      case 'connection_lost':
        expectTypeOf(error.delivery).toEqualTypeOf<'ambiguous'>()
        return
      case 'invalid_id_token':
        expectTypeOf(error.claim).toEqualTypeOf<string | undefined>()
        return
      case 'undecipherable':
        expectTypeOf(error.version).toEqualTypeOf<string>()
        return
      default:
        error satisfies never
    }
  })

  it('is not exhaustive where a code is left out', () => {
    if (error.code === 'timeout') return
    // @ts-expect-error other codes are left
    error satisfies never
  })
})

describe('an OAuthError', () => {
  it('is narrowed by instanceof', () => {
    const thrown: unknown = error
    if (thrown instanceof OAuthError) {
      expectTypeOf(thrown.code).toEqualTypeOf<OAuthErrorCode>()
      expectTypeOf(thrown.message).toEqualTypeOf<string>()
    }
  })

  it('is made with the fields of its code', () => {
    new OAuthError('timeout', 'late', { delivery: 'ambiguous' })
    // @ts-expect-error a lost connection is always ambiguous
    new OAuthError('connection_lost', 'lost', { delivery: 'not_processed' })
    // @ts-expect-error fields are missing
    new OAuthError('error_response', 'refused')
    // @ts-expect-error no such code
    new OAuthError('time_out', 'late')
  })
})
