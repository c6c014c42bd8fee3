import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { assertScripted, faultHomes } from '../../src/testing/faults/check.js'
import { mockFaultyEndpoints } from '../../src/testing/faults/fault.js'
import {
  createMockAuthorizationServer,
  formatFault,
  type MockFault,
  type MockScriptedFault,
  parseFault,
  parseFaults,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { anyFault } from './any-fault.js'

describe('the notation of a fault', () => {
  it.each<[string, MockScriptedFault]>([
    ['token=503', { endpoint: 'token', fault: { type: 'status', status: 503 } }],
    ['token=503x2', { endpoint: 'token', fault: { type: 'status', status: 503 }, times: 2 }],
    ['token=resetx*', { endpoint: 'token', fault: { type: 'reset', when: 'before_processing' }, times: Infinity }],
    ['token=hang@inside_body', { endpoint: 'token', fault: { type: 'hang', when: 'inside_body' } }],
    ['resource=token_refused', { endpoint: 'resource', fault: { type: 'token_refused' } }],
    ['token=delay:250ms', { endpoint: 'token', fault: { type: 'delay', ms: 250 } }],
    ['*=delay:2sx*', { endpoint: '*', fault: { type: 'delay', ms: 2000 }, times: Infinity }],
    [
      'token=429;retry-after=3;retry-after-form=date',
      { endpoint: 'token', fault: { type: 'status', status: 429, retryAfter: 3, retryAfterForm: 'date' } },
    ],
    [
      'token=502;processed;json={"a":[1,"}"]}x3%0.25',
      {
        endpoint: 'token',
        fault: { type: 'status', status: 502, processed: true, json: { a: [1, '}'] } },
        times: 3,
        probability: 0.25,
      },
    ],
    ['token=503%0.3', { endpoint: 'token', fault: { type: 'status', status: 503 }, probability: 0.3 }],
    [
      'token[refresh_token]=invalid_grant',
      { endpoint: 'token', grantType: 'refresh_token', fault: { type: 'error', error: 'invalid_grant' } },
    ],
    [
      'token[device_code]=error:odd_one;error-description="it is, so"',
      {
        endpoint: 'token',
        grantType: 'urn:ietf:params:oauth:grant-type:device_code',
        fault: { type: 'error', error: 'odd_one', errorDescription: 'it is, so' },
      },
    ],
    [
      'token[https://grants.test/own]=none',
      { endpoint: 'token', grantType: 'https://grants.test/own', fault: { type: 'none' } },
    ],
    [
      'token=fields:{"expires_in":"60","token_type":undefined,"undefined":null}',
      {
        endpoint: 'token',
        fault: { type: 'fields', fields: { expires_in: '60', token_type: undefined, undefined: null } },
      },
    ],
    [
      'resource=redirect:https://a.test/b?c=d:e&f;status=307',
      { endpoint: 'resource', fault: { type: 'redirect', location: 'https://a.test/b?c=d:e&f', status: 307 } },
    ],
    [
      'resource=redirect:"https://a.test/x2"',
      { endpoint: 'resource', fault: { type: 'redirect', location: 'https://a.test/x2' } },
    ],
    ['token=drip:20ms;bytes=8', { endpoint: 'token', fault: { type: 'drip', ms: 20, bytes: 8 } }],
    ['token=oversized:*', { endpoint: 'token', fault: { type: 'oversized', bytes: Infinity } }],
    ['jwks=revoked_keys', { endpoint: 'jwks', fault: { type: 'revoked_keys' } }],
    ['jwks=revoked_keys:nothing', { endpoint: 'jwks', fault: { type: 'revoked_keys', leaves: 'nothing' } }],
    [
      'token=expired_early:60s;token=refresh_token',
      { endpoint: 'token', fault: { type: 'expired_early', seconds: 60, token: 'refresh_token' } },
    ],
    ['resource=nonce_demandedx2', { endpoint: 'resource', fault: { type: 'nonce_demanded' }, times: 2 }],
    [
      'discovery=wrong_issuer:https://evil.test',
      { endpoint: 'discovery', fault: { type: 'wrong_issuer', issuer: 'https://evil.test' } },
    ],
    [
      'token=duplicate_keys:{"access_token":"another"}',
      { endpoint: 'token', fault: { type: 'duplicate_keys', fields: { access_token: 'another' } } },
    ],
    ['*=clock_skew:-300sx*', { endpoint: '*', fault: { type: 'clock_skew', seconds: -300 }, times: Infinity }],
    [
      'authorize=tampered_callback:unsent_state',
      { endpoint: 'authorize', fault: { type: 'tampered_callback', how: 'unsent_state' } },
    ],
    [
      'token=late_answer:1.5ms+page:504;processed+truncated',
      {
        endpoint: 'token',
        fault: [
          { type: 'late_answer', ms: 1.5 },
          { type: 'page', status: 504, processed: true },
          { type: 'truncated' },
        ],
      },
    ],
  ])('%s is read, and written like that', (written, scripted) => {
    expect(parseFault(written)).toStrictEqual(scripted)
    expect(formatFault(scripted)).toBe(written)
  })

  it.each([
    ['token=status:503', 'token=503'],
    ['token=error:invalid_grant', 'token=invalid_grant'],
    ['token=hang@before_processing', 'token=hang'],
    ['token=delay:2000ms', 'token=delay:2s'],
    ['token=delay:2m', 'token=delay:120s'],
    ['token=503%0.5x2', 'token=503x2%0.5'],
    ['token=page;processed=true', 'token=page;processed'],
    ['token=fields:{ "a" : undefined }', 'token=fields:{"a":undefined}'],
    ['token[urn:ietf:params:oauth:grant-type:jwt-bearer]=503', 'token[jwt-bearer]=503'],
    ['  token=503\n', 'token=503'],
  ])('%s is another way to write %s', (written, usual) => {
    expect(formatFault(parseFault(written))).toBe(usual)
  })

  it('has several faults in a row, of one endpoint and of others', () => {
    expect(parseFaults('token=503,reset,fields:{"a":"b, c"}x2\n  resource=token_refused').map(formatFault)).toEqual([
      'token=503',
      'token=reset',
      'token=fields:{"a":"b, c"}x2',
      'resource=token_refused',
    ])
    expect(parseFaults(' ')).toEqual([])
  })

  it.each([
    ['', 'there is no fault: one is written as token=503'],
    ['token', 'token is no fault: it is written as an endpoint, = and a fault, as token=503'],
    ['tokn=503', 'no endpoint is called tokn: it is authorize, token, device_authorization,'],
    ['=503', 'no endpoint is called nothing'],
    ['token[refresh]=503', 'no grant is called refresh: it is authorization_code, refresh_token, client_credentials,'],
    ['resource[refresh_token]=503', 'only the token endpoint has a grantType'],
    ['token=', 'no fault is called nothing'],
    ['token=503,', 'no fault is called nothing'],
    ['token=5003', 'no fault is called 5003: it is a status as 503, an OAuth error as invalid_grant, or none, delay,'],
    ['token=toString', 'no fault is called toString'],
    ['token=199', 'status of status must be from 200 to 599'],
    ['token=delay', 'delay needs ms: a duration as 250ms or 2s'],
    ['token=delay:250', 'ms of delay cannot be 250: it is a duration as 250ms or 2s'],
    ['token=delay:-1ms', 'ms of delay must be 0 or more'],
    ['token=429;retry-after=1e400', 'retry-after of status cannot be 1e400: it is a number of seconds'],
    ['token=delay:1e400s', 'ms of delay cannot be 1e400s: it is a duration as 250ms or 2s'],
    ['token=delay:1e308h', 'ms of delay must be 0 or more'],
    ['token=delay@inside_body:1s', 'delay has nothing behind @'],
    ['token=truncated:1', 'truncated has nothing behind a colon'],
    ['token=truncated;bytes=1', 'truncated has no bytes: it has no fields'],
    ['token=page;retry-after=1', 'page has no retry-after: it has status, processed'],
    ['token=page;processed=maybe', 'processed of page cannot be maybe: it is nothing, true or false'],
    ['token=drip', 'drip needs ms: a duration as 250ms or 2s'],
    ['token=drip:1s;bytes=0', 'bytes of drip must be a whole number above 0, or Infinity'],
    ['token=204;json={}', 'an answer of status 204 has no body'],
    ['token=expired_early:-1s', 'seconds of expired_early must be 0 or more'],
    ['token=expired_early:60', 'seconds of expired_early cannot be 60: it is a duration as 60s or 5m'],
    ['authorize=tampered_callback', 'tampered_callback needs how: unsent_state or no_state or no_issuer or'],
    ['userinfo=wrong_issuer', 'wrong_issuer is a fault of the discovery, authorize, token endpoint, not of userinfo'],
    ['token=page:502;status=503', 'status of page is there twice'],
    ['token=hang@once', 'when of hang cannot be once: it is before_processing or after_processing or inside_body'],
    ['token=fields:[1]', 'fields of fields cannot be [1]: it is a JSON object'],
    ['token=fields:{"a":{"b":undefined}}', 'it is a JSON object, in which undefined takes a field out'],
    ['token=error:"a', 'error of error cannot be "a: it is a text'],
    ['token=error:', 'error of error cannot be empty: it is a text'],
    ['token=503x0', 'times must be a whole number above 0, or Infinity'],
    ['token=503x2x2', 'no fault is called 503x2'],
    ['token=503%1.5', 'probability must be from 0 to 1'],
    ['resource=lost_rotation', 'lost_rotation is a fault of the token endpoint, not of resource'],
    ['token=503,502', 'these are several faults: parseFaults reads them'],
  ])('%s is refused: %s', async (written, message) => {
    expect(await failureOf(() => parseFault(written))).toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(message),
    })
  })
})

/** Where they can be, if not together at the endpoint that was drawn. */
const endpointOf = (all: readonly MockFault[], drawn: MockScriptedFault['endpoint']) =>
  all.flatMap(({ type }) => faultHomes[type] ?? [])[0] ?? drawn

const isPossible = (scripted: MockScriptedFault): boolean => {
  try {
    assertScripted(scripted)
    return true
  } catch {
    return false
  }
}

const anyScripted: fc.Arbitrary<MockScriptedFault> = fc
  .record({
    faults: fc.array(anyFault, { minLength: 1, maxLength: 3 }),
    endpoint: fc.constantFrom(...mockFaultyEndpoints, '*' as const),
    which: fc.record(
      {
        times: fc.oneof(
          fc.integer({ min: 1 }),
          fc.maxSafeNat().map((count) => count + 1),
          fc.constant(Infinity),
        ),
        probability: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
      },
      { requiredKeys: [] },
    ),
    grantType: fc.constantFrom(
      undefined,
      'refresh_token' as const,
      'urn:ietf:params:oauth:grant-type:jwt-bearer' as const,
    ),
  })
  .map(({ faults: all, endpoint, which, grantType }) => {
    const [only, ...more] = all
    const home = endpointOf(all, endpoint)
    return {
      endpoint: home,
      fault: only && more.length === 0 ? only : all,
      ...which,
      ...(grantType && home === 'token' && { grantType }),
    }
  })

describe('a wait that no header has', () => {
  it.each([Infinity, Number.NaN, '3'])('is refused: %s', async (retryAfter) => {
    const fault = { type: 'status', status: 429, retryAfter: retryAfter as number } as const
    expect(await failureOf(() => formatFault({ endpoint: 'token', fault }))).toMatchObject({
      code: 'invalid_argument',
      message: 'retryAfter of status must be a number of seconds',
    })
  })
})

describe('every fault', () => {
  test.prop([anyScripted])('is read as it was written', (scripted) => {
    fc.pre(isPossible(scripted))
    expect(parseFault(formatFault(scripted))).toStrictEqual(scripted)
  })

  test.prop([fc.array(anyScripted, { maxLength: 4 })])('is read among others', (all) => {
    fc.pre(all.every(isPossible))
    expect(parseFaults(all.map(formatFault).join(' '))).toStrictEqual(all)
  })

  test.prop([
    fc.oneof(
      fc.string(),
      fc.string().map((end) => `token=fields:${end}`),
      fc.string().map((end) => `token=503${end}`),
    ),
  ])('that cannot be read is told of by a typed error', (written) => {
    try {
      expect(parseFaults(written)).toBeInstanceOf(Array)
    } catch (failure) {
      expect(failure).toMatchObject({ name: 'OAuthError', code: 'invalid_argument' })
    }
  })
})

describe('a script from a file', () => {
  it.each([null, 3, [null], { endpoint: 'token', fault: null }])('with %j for a fault is refused', (given) => {
    const faults: readonly MockScriptedFault[] = JSON.parse(JSON.stringify([given]))
    expect(() => createMockAuthorizationServer({ clients: [], faults })).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    )
  })
})
