import { fc } from '@fast-check/vitest'
import type { MockFault } from '../../src/testing/index.js'

const text = fc.string({ unit: 'grapheme' })
const word = fc.constantFrom(
  '503x2',
  'ax*',
  'a%0.3',
  'a;b',
  'a+b',
  '{',
  '"',
  'undefined',
  '',
  'https://a.test/?a=b&c#d',
)
const anyText = fc.oneof(text, word)
const object = fc.dictionary(anyText, fc.oneof(fc.jsonValue(), fc.constant(undefined)), {
  maxKeys: 4,
  noNullPrototype: true,
})
const ms = fc.oneof(fc.nat(), fc.double({ min: 0, noDefaultInfinity: true, noNaN: true }).map(Math.abs))
const status = fc.integer({ min: 200, max: 599 })
const when = fc.constantFrom('before_processing' as const, 'after_processing' as const, 'inside_body' as const)
type Faults = { readonly [Type in MockFault['type']]: fc.Arbitrary<Omit<Extract<MockFault, { type: Type }>, 'type'>> }
const plain = { maxKeys: 3, noNullPrototype: true }
const token = fc.stringMatching(/^[a-z][a-z-]{0,8}$/)
const seconds = fc.nat({ max: 10_000 })
const nothing = fc.constant({})
const optional = { requiredKeys: [] }

/** Every fault, in every way that its type allows. */
const faults: Faults = {
  none: nothing,
  delay: fc.record({ ms }),
  late_answer: fc.record({ ms }),
  hang: fc.record({ when }),
  reset: fc.record({ when }),
  status: fc.record(
    {
      status,
      retryAfter: fc.nat(),
      retryAfterForm: fc.constantFrom('seconds' as const, 'date' as const),
      json: object,
      headers: fc.dictionary(token, fc.constantFrom('text/html', 'a, b'), plain),
      processed: fc.boolean(),
    },
    { requiredKeys: ['status'] },
  ),
  page: fc.record({ status, processed: fc.boolean() }, optional),
  truncated: nothing,
  drip: fc.record({ ms, bytes: fc.integer({ min: 1 }) }, { requiredKeys: ['ms'] }),
  oversized: fc.record({ bytes: fc.integer({ min: 1, max: 99_999 }) }),
  headers: fc.record({ headers: fc.dictionary(token, fc.constantFrom('text/html', 'a, b', undefined), plain) }),
  duplicate_keys: fc.record({ fields: object }),
  byte_order_mark: nothing,
  form_encoded: nothing,
  fields: fc.record({ fields: object }),
  error_in_200: fc.record({ error: anyText, errorDescription: anyText }, { requiredKeys: ['error'] }),
  error: fc.record({ error: anyText, errorDescription: anyText, status }, { requiredKeys: ['error'] }),
  redirect: fc.record(
    { location: fc.webUrl(), status: fc.constantFrom(301 as const, 302 as const, 307 as const) },
    optional,
  ),
  lost_rotation: fc.record({ answers: fc.constantFrom('no_refresh_token' as const, 'old_refresh_token' as const) }),
  id_token: fc.record(
    {
      claims: object,
      header: object,
      signedBy: fc.constantFrom('issuer' as const, 'stranger' as const, 'retired' as const),
    },
    optional,
  ),
  token_refused: nothing,
  insufficient_scope: fc.record({ scope: word }, optional),
  expired_early: fc.record(
    { seconds, token: fc.constantFrom('access_token' as const, 'refresh_token' as const) },
    optional,
  ),
  nonce_demanded: nothing,
  revoked_keys: fc.record({ leaves: fc.constantFrom('others' as const, 'nothing' as const) }, optional),
  wrong_issuer: fc.record({ issuer: anyText }, optional),
  clock_skew: fc.record({
    seconds: fc.oneof(
      seconds,
      seconds.map((ahead) => -ahead - 1),
    ),
  }),
  tampered_callback: fc.record({
    how: fc.constantFrom(...(['unsent_state', 'no_state', 'no_issuer', 'injected_code', 'repeated_code'] as const)),
  }),
}

export const anyFault: fc.Arbitrary<MockFault> = fc.oneof(
  ...Object.entries(faults).map(([type, fields]) => fields.map((all: object) => ({ type, ...all }) as MockFault)),
)
