import { OAuthError } from '../../core/errors.js'
import { deviceGrantType, jwtBearerGrantType, tokenExchangeGrantType } from '../grants/grant-type.js'
import { assertScripted } from './check.js'
import { type MockFault, mockFaultyEndpoints } from './fault.js'
import { faultShapes, type PlainShape } from './notation-shapes.js'
import type { MockScriptedFault } from './scripted-fault.js'

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

/** What each grant is called here: the URNs by their last part. */
const grants: ReadonlyMap<string, string> = new Map([
  ...['authorization_code', 'refresh_token', 'client_credentials'].map((name) => [name, name] as const),
  ...[deviceGrantType, tokenExchangeGrantType, jwtBearerGrantType].map(
    (urn) => [urn.slice(urn.lastIndexOf(':') + 1), urn] as const,
  ),
])

/** The OAuth errors that need no `error:` before them. */
const plainErrors: readonly string[] = [
  ...['invalid_request', 'invalid_client', 'invalid_grant', 'unauthorized_client', 'unsupported_grant_type'],
  ...['invalid_scope', 'invalid_target', 'invalid_token', 'access_denied', 'server_error', 'temporarily_unavailable'],
  ...['authorization_pending', 'slow_down', 'expired_token', 'login_required', 'consent_required'],
  ...['interaction_required', 'unsupported_token_type', 'invalid_dpop_proof', 'insufficient_user_authentication'],
]

/** The parts between separators, but for those inside of quotes and brackets. A quote that nothing closes goes on to the end. */
const parts = (text: string, separator: RegExp): readonly string[] => {
  const found = ['']
  let depth = 0
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.?)*(?:"|$)|./gs)) {
    if ('{['.includes(piece)) depth++
    if ('}]'.includes(piece)) depth--
    if (depth <= 0 && piece.length === 1 && separator.test(piece)) found.push('')
    else found[found.length - 1] += piece
  }
  return found
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The text up to the first of these letters, and what follows it. */
const cut = (text: string, letter: string): readonly [string, string | undefined] => {
  const at = text.indexOf(letter)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

const readField = (fault: string, { kinds }: PlainShape, name: string, written: string): readonly [string, unknown] => {
  const kind = kinds[name]
  const value = kind?.read(written)
  if (value === undefined)
    throw invalid(`${kebab(name)} of ${fault} cannot be ${written || 'empty'}: it is ${kind?.allowed}`)
  return [name, value]
}

const namedField = (fault: string, shape: PlainShape, written: string): readonly [string, unknown] => {
  const [key, value = ''] = cut(written, '=')
  const name = Object.keys(shape.kinds).find((known) => kebab(known) === key && known !== shape.at)
  if (name !== undefined) return readField(fault, shape, name, value)
  const known = Object.keys(shape.kinds).filter((field) => field !== shape.at)
  throw invalid(`${fault} has no ${key || 'empty field'}: it has ${known.map(kebab).join(', ') || 'no fields'}`)
}

/** What needs no name of its own: a status, and the better known errors. */
const unabbreviated = (head: string): string => {
  if (/^\d{3}$/.test(head)) return `status:${head}`
  return plainErrors.includes(head) ? `error:${head}` : head
}

const readFault = (written: string): MockFault => {
  const [abbreviated = '', ...named] = parts(written, /;/)
  const [head, main] = cut(unabbreviated(abbreviated), ':')
  const [type, at] = cut(head, '@')
  if (!Object.hasOwn(faultShapes, type)) {
    const names = Object.keys(faultShapes).join(', ')
    throw invalid(
      `no fault is called ${type || 'nothing'}: it is a status as 503, an OAuth error as invalid_grant, or ${names}`,
    )
  }
  const shape = faultShapes[type as MockFault['type']]
  if (at !== undefined && shape.at === undefined) throw invalid(`${type} has nothing behind @`)
  if (main !== undefined && shape.main === undefined) throw invalid(`${type} has nothing behind a colon`)
  const fields = [
    ...(shape.at && at !== undefined ? [readField(type, shape, shape.at, at)] : []),
    ...(shape.main && main !== undefined ? [readField(type, shape, shape.main, main)] : []),
    ...named.map((field) => namedField(type, shape, field)),
  ]
  const names = fields.map(([name]) => name)
  const repeated = names.find((name, place) => names.indexOf(name) !== place)
  if (repeated !== undefined) throw invalid(`${kebab(repeated)} of ${type} is there twice`)
  const missing = shape.required?.find((name) => !names.includes(name))
  if (missing !== undefined) throw invalid(`${type} needs ${kebab(missing)}: ${shape.kinds[missing]?.allowed}`)
  return { type, ...shape.unwritten, ...Object.fromEntries(fields) } as MockFault
}

interface Which {
  readonly times?: number
  readonly probability?: number
}

/** Takes the number of times and the probability, in either order, from the end. */
const readWhich = (text: string, which: Which = {}): readonly [string, Which] => {
  const [suffix = '', times, probability] = text.match(/(?:x(\d+|\*)|%([\d.]+(?:e-?\d+)?))$/) ?? []
  const rest = text.slice(0, text.length - suffix.length)
  if (times !== undefined && which.times === undefined) {
    return readWhich(rest, { ...which, times: times === '*' ? Infinity : Number(times) })
  }
  if (probability !== undefined && which.probability === undefined) {
    return readWhich(rest, { ...which, probability: Number(probability) })
  }
  return [text, which]
}

const readEndpoint = (written: string): Pick<MockScriptedFault, 'endpoint' | 'grantType'> => {
  const [, name = written, grant] = written.match(/^([^[]*)\[(.*)\]$/s) ?? []
  const endpoint = ['*' as const, ...mockFaultyEndpoints].find((known) => known === name)
  if (!endpoint) {
    throw invalid(`no endpoint is called ${name || 'nothing'}: it is ${mockFaultyEndpoints.join(', ')}, or * for all`)
  }
  if (grant === undefined) return { endpoint }
  // RFC 6749 §4.5: a grant of another name is an absolute URI.
  const grantType = grants.get(grant) ?? (grant.includes(':') ? grant : undefined)
  if (grantType !== undefined) return { endpoint, grantType }
  throw invalid(`no grant is called ${grant || 'nothing'}: it is ${[...grants.keys()].join(', ')}, or a URI`)
}

const readRow = (written: string): readonly MockScriptedFault[] => {
  const [place, row] = cut(written, '=')
  if (row === undefined)
    throw invalid(`${written} is no fault: it is written as an endpoint, = and a fault, as token=503`)
  const where = readEndpoint(place)
  return parts(row, /,/).map((item) => {
    const [faults, which] = readWhich(item)
    const [only, ...more] = parts(faults, /\+/).map(readFault)
    const scripted = {
      ...where,
      fault: only && more.length === 0 ? only : [only, ...more].flatMap((one) => one ?? []),
      ...which,
    }
    assertScripted(scripted)
    return scripted
  })
}

/**
 * Reads several faults, in order: those of one endpoint with commas between them, and those of several endpoints with white
 * space, as `token=503,reset,429x2 resource=token_refused`. Each is written as {@link parseFault} has it.
 * @throws {OAuthError} `invalid_argument`, which says what is wrong, and what may be there.
 */
export const parseFaults = (notation: string): readonly MockScriptedFault[] =>
  parts(notation, /\s/)
    .filter((written) => written !== '')
    .flatMap(readRow)

/**
 * Reads a fault in one line:
 *
 * ```text
 * scripted = endpoint [ "[" grant "]" ] "=" fault *( "+" fault ) [ "x" times ] [ "%" probability ]
 * endpoint = "token" / "resource" / "jwks" / … / "*"              each by its name, * for all
 * grant    = "refresh_token" / "device_code" / …                  or its whole URI
 * fault    = name [ "@" when ] [ ":" value ] *( ";" field [ "=" value ] )
 * name     = status / error / the type of a MockFault             503, invalid_grant, reset
 * field    = a field of that MockFault, with hyphens              retry-after
 * value    = number / duration / word / text / JSON object        3, 250ms, 2s, "a text"
 * times    = 1*DIGIT / "*"                                        @default once, or always if there is a probability
 * ```
 *
 * `token=503x2` is 503 twice, `token=resetx*` a lost connection each time, `token=hang@inside_body` half an answer,
 * `token=delay:250ms` a pause, `token=429;retry-after=3` a status with a field, `token=503%0.3` three of ten by the seed of
 * the mock, `token[refresh_token]=invalid_grant` an error for one grant,
 * `token=fields:{"expires_in":"60","token_type":undefined}` a field as a text and one that is taken out,
 * `token=delay:2s+503` both at once. A text goes into double quotes, as in JSON, where it has white space or one of
 * `;+,%"{}[]` in it, or ends like a number of times.
 * @throws {OAuthError} `invalid_argument`, which says what is wrong, and what may be there.
 */
export const parseFault = (notation: string): MockScriptedFault => {
  const [first, second] = parseFaults(notation)
  if (!first) throw invalid('there is no fault: one is written as token=503')
  if (second) throw invalid('these are several faults: parseFaults reads them')
  return first
}

const writtenFault = (fault: MockFault): string => {
  const { type, ...fields } = fault
  const { main, at, unwritten, kinds } = faultShapes[type]
  const values = Object.entries(fields).filter(([name, value]) => value !== undefined && value !== unwritten?.[name])
  const written = new Map(values.map(([name, value]) => [name, `${kinds[name]?.write(value)}`]))
  const behind = (sign: string, name: string | undefined): string => {
    const value = written.get(`${name}`)
    written.delete(`${name}`)
    return value === undefined ? '' : `${sign}${value}`
  }
  const head = `${type}${behind('@', at)}${behind(':', main)}`
  const short = head
    .replace(/^status:/, '')
    .replace(/^error:(\w+)$/, (whole, error) => (plainErrors.includes(error) ? error : whole))
  const named = [...written].map(([name, value]) => `;${kebab(name)}=${value}`.replace(/=true$/, ''))
  return `${short}${named.join('')}`
}

/**
 * Writes a fault in the notation that {@link parseFault} reads.
 * @throws {OAuthError} `invalid_argument` for a fault that cannot be.
 */
export const formatFault = (scripted: MockScriptedFault): string => {
  assertScripted(scripted)
  const { endpoint, grantType, fault, times, probability } = scripted
  const [grant = grantType] = [...grants].find(([, name]) => name === grantType) ?? []
  const faults = [fault].flat().map(writtenFault)
  const count = times === undefined ? '' : `x${times === Infinity ? '*' : times}`
  const chance = probability === undefined ? '' : `%${probability}`
  return `${endpoint}${grant === undefined ? '' : `[${grant}]`}=${faults.join('+') || 'none'}${count}${chance}`
}
