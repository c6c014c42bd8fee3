import type { MockFault, MockFaultyEndpoint } from '../../src/testing/index.js'
import type { Column, Concern } from './columns.js'

/** A row of the tables: a fault in one of its kinds. */
export interface FaultRow {
  /** What happens, in the words of the page. */
  readonly name: string
  readonly fault: MockFault
  /** The endpoints that it can happen at. @default all that a client asks, which is not the one that users are sent to */
  readonly at?: readonly MockFaultyEndpoint[]
  /** Nothing but an API can tell that the token is of no use. @default false */
  readonly isUnseen?: boolean
  /** What it is of. @default nothing that not all have */
  readonly of?: Concern
}

const elsewhere = 'https://elsewhere.test/login'

const json: readonly MockFaultyEndpoint[] = [
  ...(['token', 'device_authorization', 'pushed_authorization_request', 'introspection', 'registration'] as const),
  ...(['userinfo', 'discovery', 'resource_metadata', 'jwks'] as const),
]
/** Where a client authenticates, and hears an OAuth error. */
const authenticated: readonly MockFaultyEndpoint[] = [
  ...(['token', 'device_authorization', 'pushed_authorization_request', 'introspection', 'revocation'] as const),
]

const fields = (name: string, changed: Readonly<Record<string, unknown>>, ...at: MockFaultyEndpoint[]): FaultRow => ({
  name,
  fault: { type: 'fields', fields: changed },
  at,
})

const twice = (name: string, second: unknown, at: MockFaultyEndpoint): FaultRow => ({
  name: `\`${name}\` twice, the second one wrong`,
  fault: { type: 'duplicate_keys', fields: { [name]: second } },
  at: [at],
  isUnseen: name === 'access_token',
})

const skewed = (name: string, seconds: number): FaultRow => ({
  name,
  fault: { type: 'clock_skew', seconds },
  at: ['token', 'resource'],
})

const tampered = (name: string, how: Extract<MockFault, { type: 'tampered_callback' }>['how']): FaultRow => ({
  name: `the user comes back, and ${name}`,
  fault: { type: 'tampered_callback', how },
  at: ['authorize'],
})

const oauthError = (status: number, error: string, ...at: MockFaultyEndpoint[]): FaultRow => ({
  name: `${status} \`${error}\``,
  fault: { type: 'error', error, status },
  at: at.length > 0 ? at : authenticated,
})

const polled = (error: string): FaultRow => ({ ...oauthError(400, error, 'token'), of: 'device' })

const refused = (error: string): FaultRow => ({
  name: `the user comes back with \`${error}\``,
  fault: { type: 'error', error },
  at: ['authorize'],
})

/** Each fault of the mock, in every kind that a client may see differently. */
export const faultRows: Readonly<Record<MockFault['type'], readonly FaultRow[]>> = {
  none: [{ name: 'no fault', fault: { type: 'none' } }],
  delay: [
    { name: 'looked at 3 s late', fault: { type: 'delay', ms: 3000 } },
    { name: 'looked at 15 s late', fault: { type: 'delay', ms: 15_000 } },
  ],
  late_answer: [
    { name: 'answered 3 s late', fault: { type: 'late_answer', ms: 3000 } },
    { name: 'answered 15 s late', fault: { type: 'late_answer', ms: 15_000 } },
  ],
  hang: [
    { name: 'silence, nothing done', fault: { type: 'hang', when: 'before_processing' } },
    { name: 'silence, work done', fault: { type: 'hang', when: 'after_processing' } },
    { name: 'silence amid the body', fault: { type: 'hang', when: 'inside_body' } },
  ],
  reset: [
    { name: 'connection lost, nothing done', fault: { type: 'reset', when: 'before_processing' } },
    { name: 'connection lost, work done', fault: { type: 'reset', when: 'after_processing' } },
    { name: 'connection lost amid the body', fault: { type: 'reset', when: 'inside_body' } },
  ],
  status: [
    { name: '400, empty', fault: { type: 'status', status: 400 } },
    { name: '401, empty', fault: { type: 'status', status: 401 } },
    { name: '403, empty', fault: { type: 'status', status: 403 } },
    { name: '404, empty', fault: { type: 'status', status: 404 } },
    { name: '429', fault: { type: 'status', status: 429 } },
    { name: '429, `Retry-After: 2`', fault: { type: 'status', status: 429, retryAfter: 2 } },
    { name: '429, `Retry-After: 3600`', fault: { type: 'status', status: 429, retryAfter: 3600 } },
    { name: '500, nothing done', fault: { type: 'status', status: 500 } },
    { name: '500, work done', fault: { type: 'status', status: 500, processed: true } },
    { name: '503, nothing done', fault: { type: 'status', status: 503 } },
    { name: '503, `Retry-After: 2`', fault: { type: 'status', status: 503, retryAfter: 2 } },
    {
      name: '503, `Retry-After` as a date',
      fault: { type: 'status', status: 503, retryAfter: 2, retryAfterForm: 'date' },
    },
    { name: '503, `Retry-After: 3600`', fault: { type: 'status', status: 503, retryAfter: 3600 } },
    { name: '504, work done', fault: { type: 'status', status: 504, processed: true } },
  ],
  page: [
    { name: 'a page, 200', fault: { type: 'page', status: 200 } },
    { name: 'a page, 502, nothing done', fault: { type: 'page' } },
    { name: 'a page, 502, work done', fault: { type: 'page', processed: true } },
  ],
  drip: [
    { name: 'piece by piece, a second in all', fault: { type: 'drip', ms: 50, bytes: 100 } },
    { name: 'byte by byte, a second each', fault: { type: 'drip', ms: 1000 } },
  ],
  truncated: [{ name: 'half of the body, ended regularly', fault: { type: 'truncated' } }],
  oversized: [
    { name: '10 MiB of white space before it', fault: { type: 'oversized' } },
    { name: '64 KiB of white space before it', fault: { type: 'oversized', bytes: 65_536 } },
  ],
  fields: [
    fields('`access_token` missing', { access_token: undefined }, 'token'),
    fields('`access_token` a number', { access_token: 7 }, 'token'),
    fields('`token_type` missing', { token_type: undefined }, 'token'),
    fields('`token_type` unknown', { token_type: 'mac' }, 'token'),
    fields('`expires_in` missing', { expires_in: undefined }, 'token', 'device_authorization'),
    fields('`expires_in` a string', { expires_in: '3600' }, ...json.slice(0, 3)),
    fields('`expires_in` a word', { expires_in: 'soon' }, ...json.slice(0, 3)),
    fields('`expires_in` 0', { expires_in: 0 }, ...json.slice(0, 3)),
    fields('`expires_in` negative', { expires_in: -1 }, ...json.slice(0, 3)),
    fields('`expires_in` 10^300', { expires_in: 1e300 }, ...json.slice(0, 3)),
    { ...fields('`refresh_token` missing', { refresh_token: undefined }, 'token'), of: 'refresh token' },
    { ...fields('`refresh_token` empty', { refresh_token: '' }, 'token'), of: 'refresh token' },
    fields('`scope` another', { scope: 'other' }, 'token'),
    fields('`scope` a number', { scope: 7 }, 'token'),
    { ...fields('`id_token` missing', { id_token: undefined }, 'token'), of: 'ID token' },
    { ...fields('`id_token` no JWT', { id_token: 'none' }, 'token'), of: 'ID token' },
    fields('`device_code` missing', { device_code: undefined }, 'device_authorization'),
    fields('`interval` missing', { interval: undefined }, 'device_authorization'),
    fields('`interval` 0', { interval: 0 }, 'device_authorization'),
    fields('`request_uri` missing', { request_uri: undefined }, 'pushed_authorization_request'),
    fields('`active` missing', { active: undefined }, 'introspection'),
    fields('`client_id` missing', { client_id: undefined }, 'registration'),
    fields('`sub` missing', { sub: undefined }, 'userinfo'),
    fields('`sub` of somebody else', { sub: 'eve' }, 'userinfo'),
    fields('`issuer` another', { issuer: 'https://elsewhere.test' }, 'discovery'),
    fields('`token_endpoint` missing', { token_endpoint: undefined }, 'discovery'),
    fields('`token_endpoint` plain http', { token_endpoint: 'http://as.test/token' }, 'discovery'),
    fields('`resource` another', { resource: 'https://elsewhere.test/' }, 'resource_metadata'),
    fields('`keys` missing', { keys: undefined }, 'jwks'),
    fields('`keys` empty', { keys: [] }, 'jwks'),
  ],
  duplicate_keys: [
    twice('access_token', 'of-somebody-else-entirely', 'token'),
    twice('expires_in', 1800, 'token'),
    twice('issuer', 'https://elsewhere.test', 'discovery'),
    twice('resource', 'https://elsewhere.test/', 'resource_metadata'),
    twice('sub', 'eve', 'userinfo'),
    twice('keys', [], 'jwks'),
  ],
  headers: [
    { name: 'said to be `text/html`', fault: { type: 'headers', headers: { 'content-type': 'text/html' } }, at: json },
    { name: 'said to be nothing', fault: { type: 'headers', headers: { 'content-type': undefined } }, at: json },
  ],
  byte_order_mark: [{ name: 'a byte order mark before it', fault: { type: 'byte_order_mark' }, at: json }],
  form_encoded: [{ name: 'a form in place of JSON', fault: { type: 'form_encoded' }, at: json }],
  error: [
    oauthError(400, 'invalid_request'),
    oauthError(400, 'invalid_grant', 'token'),
    oauthError(400, 'invalid_scope', 'token', 'device_authorization', 'pushed_authorization_request'),
    oauthError(401, 'invalid_client'),
    oauthError(401, 'invalid_token', 'userinfo'),
    oauthError(500, 'server_error'),
    oauthError(503, 'temporarily_unavailable'),
    ...['authorization_pending', 'slow_down', 'access_denied', 'expired_token'].map(polled),
    ...['access_denied', 'login_required', 'temporarily_unavailable'].map(refused),
  ],
  error_in_200: [
    { name: '`invalid_grant` in a 200', fault: { type: 'error_in_200', error: 'invalid_grant' }, at: ['token'] },
    { name: '`invalid_request` in a 200', fault: { type: 'error_in_200', error: 'invalid_request' } },
    { name: '`server_error` in a 200', fault: { type: 'error_in_200', error: 'server_error' } },
  ],
  redirect: [
    { name: '302 elsewhere', fault: { type: 'redirect', location: elsewhere } },
    { name: '307 elsewhere', fault: { type: 'redirect', location: elsewhere, status: 307 } },
    { name: '307 to itself', fault: { type: 'redirect', location: '', status: 307 } },
  ],
  lost_rotation: [
    {
      name: 'rotated, no refresh token in the answer',
      fault: { type: 'lost_rotation', answers: 'no_refresh_token' },
    },
    {
      name: 'rotated, the used refresh token in the answer',
      fault: { type: 'lost_rotation', answers: 'old_refresh_token' },
    },
  ].map((row) => ({ ...row, at: ['token'], of: 'refresh token' }) as FaultRow),
  id_token: [
    { name: 'ID token of another issuer', claims: { iss: 'https://elsewhere.test' } },
    { name: 'ID token for another client', claims: { aud: 'another' } },
    { name: 'ID token of another user', claims: { sub: 'eve' } },
    { name: 'ID token of another login', claims: { nonce: 'another' } },
    { name: 'ID token that has expired', claims: { exp: 1 } },
    { name: 'ID token signed by a stranger', signedBy: 'stranger' as const },
    { name: 'ID token signed by a key that is retired', signedBy: 'retired' as const },
    { name: 'ID token signed by nobody', signedBy: 'nobody' as const },
  ].map(
    ({ name, ...forged }) =>
      ({ name, fault: { type: 'id_token', ...forged }, at: ['token'], of: 'ID token' }) as FaultRow,
  ),
  expired_early: [
    {
      name: 'the access token is revoked at once',
      fault: { type: 'expired_early' },
      at: ['token'],
      isUnseen: true,
    },
    {
      name: 'the refresh token is revoked at once',
      fault: { type: 'expired_early', token: 'refresh_token' },
      at: ['token'],
      of: 'refresh token',
    },
  ],
  nonce_demanded: [
    {
      name: 'a DPoP nonce is demanded',
      fault: { type: 'nonce_demanded' },
      at: ['token', 'resource', 'userinfo'],
      of: 'proof',
    },
  ],
  revoked_keys: [
    { name: 'the key that signs is not among them', fault: { type: 'revoked_keys' }, at: ['jwks'] },
    { name: 'no key is left', fault: { type: 'revoked_keys', leaves: 'nothing' }, at: ['jwks'] },
  ],
  wrong_issuer: [
    { name: 'it says that it is another issuer', fault: { type: 'wrong_issuer' }, at: ['discovery', 'authorize'] },
    { name: 'ID token of another issuer, well signed', fault: { type: 'wrong_issuer' }, at: ['token'], of: 'ID token' },
  ],
  clock_skew: [
    skewed('its clock is 30 s ahead', 30),
    skewed('its clock is 30 s behind', -30),
    skewed('its clock is an hour ahead', 3600),
    skewed('its clock is an hour behind', -3600),
  ],
  tampered_callback: [
    tampered('`state` is another', 'unsent_state'),
    tampered('`state` is missing', 'no_state'),
    tampered('`iss` is missing', 'no_issuer'),
    tampered('`code` is of another login', 'injected_code'),
    tampered('`code` is there twice', 'repeated_code'),
  ],
  token_refused: [{ name: '401 `invalid_token`', fault: { type: 'token_refused' }, at: ['resource'] }],
  insufficient_scope: [
    { name: '403 `insufficient_scope`', fault: { type: 'insufficient_scope', scope: 'more' }, at: ['resource'] },
  ],
}

/** The rows of a column. */
export const rowsOf = ({ endpoint, has = [] }: Column): readonly FaultRow[] =>
  Object.values(faultRows)
    .flat()
    .filter(({ at, of }) => (at?.includes(endpoint) ?? endpoint !== 'authorize') && (!of || has.includes(of)))
