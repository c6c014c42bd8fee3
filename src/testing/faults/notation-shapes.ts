import type { MockFault } from './fault.js'

/** How the value of one field is written. */
interface Kind {
  /** What may stand there, for whoever wrote something else. */
  readonly allowed: string
  /** `undefined` for what may not. */
  readonly read: (text: string) => unknown
  readonly write: (value: unknown) => string
}

/** One that is too large for a number is none: it would be read as infinite. */
const numberOf = (text: string): number | undefined =>
  /^-?\d+(\.\d+)?(e-?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined

// A plus would begin another fault.
const writtenNumber = (value: unknown): string => `${value}`.replace('+', '')

const number = (allowed: string): Kind => ({ allowed, read: numberOf, write: writtenNumber })

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** @param unit Milliseconds of the field's own unit. */
const duration = (allowed: string, unit: number): Kind => ({
  allowed,
  read: (text) => {
    const [, digits = '', name = ''] = text.match(/^(.*?)(ms|s|m|h)$/) ?? []
    const count = numberOf(digits)
    return count === undefined ? undefined : count * (units[name as keyof typeof units] / unit)
  },
  write: (value) => {
    if (unit === units.s) return `${writtenNumber(value)}s`
    const seconds = Number(value) / units.s
    return seconds > 0 && Number.isInteger(seconds) && seconds * units.s === value
      ? `${writtenNumber(seconds)}s`
      : `${writtenNumber(value)}ms`
  },
})

const seconds = duration('a duration as 60s or 5m', units.s)
const milliseconds = duration('a duration as 250ms or 2s', 1)

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const text: Kind = {
  allowed: 'a text, in double quotes where it has other letters than those of a URL',
  read: (written) => {
    if (!written.startsWith('"')) return written === '' ? undefined : written
    const value = parsed(written)
    return typeof value === 'string' ? value : undefined
  },
  write: (value) => {
    const plain = `${value}`
    // What ends like a number of times would be read as one.
    return /^[\w.~:/?=&@$!*'()-]+$/.test(plain) && !/x(\d+|\*)$/.test(plain) ? plain : JSON.stringify(plain)
  },
}

const words = (...all: readonly string[]): Kind => ({
  allowed: all.join(' or '),
  read: (written) => (all.includes(written) ? written : undefined),
  write: String,
})

const flag: Kind = {
  allowed: 'nothing, true or false',
  read: (written) => ({ '': true, true: true, false: false })[written],
  write: String,
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const holds = (value: unknown, word: string): boolean => JSON.stringify(value).includes(word)

/** JSON has no word for a field that is taken out: `undefined` is one here. */
const object: Kind = {
  allowed: 'a JSON object, in which undefined takes a field out',
  read: (written) => {
    const taken = crypto.randomUUID()
    const json = written.replace(/"(?:[^"\\]|\\.)*"|\bundefined\b/g, (word) =>
      word === 'undefined' ? `"${taken}"` : word,
    )
    const value = parsed(json)
    // Deeper down it would be no field of the answer.
    if (!isObject(value) || Object.values(value).some((field) => field !== taken && holds(field, taken)))
      return undefined
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, field === taken ? undefined : field]))
  },
  write: (value) => {
    const fields = Object.entries(value as object)
    return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${JSON.stringify(field)}`).join(',')}}`
  },
}

type FieldOf<Fault> = Exclude<keyof Fault, 'type'>

/** How one fault is written: its name, and behind it what stands behind the colon, and what has a name. */
interface Shape<Fault> {
  /** The field behind the colon. */
  readonly main?: FieldOf<Fault>
  /** The field behind the @. */
  readonly at?: FieldOf<Fault>
  /** What a field is that is not written. */
  readonly unwritten?: Partial<Fault>
  /** What must be written. @default nothing */
  readonly required?: readonly FieldOf<Fault>[]
  readonly kinds: { readonly [Name in FieldOf<Fault>]-?: Kind }
}

const breakingPoint = words('before_processing', 'after_processing', 'inside_body')
const bytes: Kind = {
  allowed: 'a number of bytes, or * without end',
  read: (text) => (text === '*' ? Infinity : numberOf(text)),
  write: (value) => (value === Infinity ? '*' : writtenNumber(value)),
}
const status = number('a status from 200 to 599')

type Shapes = { readonly [Type in MockFault['type']]: Shape<Extract<MockFault, { readonly type: Type }>> }

const shapes: Shapes = {
  none: { kinds: {} },
  delay: { main: 'ms', required: ['ms'], kinds: { ms: milliseconds } },
  late_answer: { main: 'ms', required: ['ms'], kinds: { ms: milliseconds } },
  hang: { at: 'when', unwritten: { when: 'before_processing' }, kinds: { when: breakingPoint } },
  reset: { at: 'when', unwritten: { when: 'before_processing' }, kinds: { when: breakingPoint } },
  status: {
    main: 'status',
    required: ['status'],
    kinds: {
      status,
      retryAfter: number('a number of seconds'),
      retryAfterForm: words('seconds', 'date'),
      json: object,
      headers: object,
      processed: flag,
    },
  },
  page: { main: 'status', kinds: { status, processed: flag } },
  drip: { main: 'ms', required: ['ms'], kinds: { ms: milliseconds, bytes } },
  truncated: { kinds: {} },
  oversized: { main: 'bytes', kinds: { bytes } },
  fields: { main: 'fields', required: ['fields'], kinds: { fields: object } },
  headers: { main: 'headers', required: ['headers'], kinds: { headers: object } },
  duplicate_keys: { main: 'fields', required: ['fields'], kinds: { fields: object } },
  byte_order_mark: { kinds: {} },
  form_encoded: { kinds: {} },
  error_in_200: { main: 'error', required: ['error'], kinds: { error: text, errorDescription: text } },
  error: { main: 'error', required: ['error'], kinds: { error: text, errorDescription: text, status } },
  redirect: { main: 'location', kinds: { location: text, status } },
  lost_rotation: {
    main: 'answers',
    unwritten: { answers: 'no_refresh_token' },
    kinds: { answers: words('no_refresh_token', 'old_refresh_token') },
  },
  id_token: { kinds: { claims: object, header: object, signedBy: words('issuer', 'stranger', 'retired', 'nobody') } },
  token_refused: { kinds: {} },
  insufficient_scope: { main: 'scope', kinds: { scope: text } },
  expired_early: { main: 'seconds', kinds: { seconds, token: words('access_token', 'refresh_token') } },
  nonce_demanded: { kinds: {} },
  revoked_keys: { main: 'leaves', kinds: { leaves: words('others', 'nothing') } },
  wrong_issuer: { main: 'issuer', kinds: { issuer: text } },
  clock_skew: { main: 'seconds', required: ['seconds'], kinds: { seconds } },
  tampered_callback: {
    main: 'how',
    required: ['how'],
    kinds: { how: words('unsent_state', 'no_state', 'no_issuer', 'injected_code', 'repeated_code') },
  },
}

/** A shape without its fault, as it is read and written by. */
export interface PlainShape {
  readonly main?: string
  readonly at?: string
  readonly unwritten?: Readonly<Record<string, unknown>>
  readonly required?: readonly string[]
  readonly kinds: Readonly<Record<string, Kind>>
}

export const faultShapes: Readonly<Record<MockFault['type'], PlainShape>> = shapes
