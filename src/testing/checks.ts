import { OAuthError } from '../core/errors.js'

/**
 * Looks at a value that somebody gave who may have no types to tell: in JavaScript, or in a file. `name` is where it stands.
 * @throws {OAuthError} `invalid_argument` if it cannot stand there.
 */
export type Check = (value: unknown, name: string) => void

const invalid = (message: string): OAuthError => new OAuthError('invalid_argument', message)

/** What may stand somewhere, in words and as a test. */
export const be =
  (allowed: string, isAllowed: (value: unknown) => boolean): Check =>
  (value, name) => {
    if (!isAllowed(value)) throw invalid(`${name} must be ${allowed}`)
  }

export const text: Check = be('a text that is not empty', (value) => typeof value === 'string' && value !== '')

export const action: Check = be('a function', (value) => typeof value === 'function')

export const flag: Check = be('true or false', (value) => typeof value === 'boolean')

export const seconds: Check = be('a number of seconds', (value) => typeof value === 'number' && value >= 0)

export const whole = (below: number): Check =>
  be(`a whole number below ${below}`, (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < below)

export const oneOf = (...words: readonly string[]): Check =>
  be(`one of ${words.join(', ')}`, (value) => words.some((word) => word === value))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const listOf =
  (check: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw invalid(`${name} must be a list`)
    value.forEach((one, index) => {
      check(one, `${name}[${index}]`)
    })
  }

/** An object whose fields have names of the user's own. */
export const mapOf =
  (check: Check): Check =>
  (value, name) => {
    if (!isObject(value)) throw invalid(`${name} must be an object`)
    for (const [key, one] of Object.entries(value)) check(one, `${name}[${JSON.stringify(key)}]`)
  }

/** Any object. */
export const object: Check = mapOf(() => {})

const plain = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase()

/** A text as it is, and with each of its letters left out. */
const variants = (text: string): readonly string[] => [
  text,
  ...Array.from(text, (_, index) => text.slice(0, index) + text.slice(index + 1)),
]

const isNear = (one: string, other: string): boolean => {
  const others = variants(other)
  return variants(one).some((variant) => others.includes(variant))
}

/** The field that was meant: written otherwise (`client_id`), with a slip of the finger, or in part. */
const meant = (unknown: string, known: readonly string[]): string | undefined =>
  known.find((name) => isNear(plain(name), plain(unknown))) ??
  known.find((name) => plain(name).includes(plain(unknown)) || plain(unknown).includes(plain(name)))

/** An object with these fields and no others; all of them may be absent but for the `required` ones. */
export const fieldsOf =
  (checks: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, name) => {
    if (!isObject(value)) throw invalid(`${name || 'what is given'} must be an object`)
    const known = Object.keys(checks)
    const within = name ? `${name}.` : ''
    for (const [field, one] of Object.entries(value)) {
      const check = Object.hasOwn(checks, field) ? checks[field] : undefined
      if (!check) {
        const instead = meant(field, known)
        const hint = instead ? `is ${instead} meant?` : `the fields here are ${known.join(', ')}`
        throw invalid(`${within}${field} is no field: ${hint}`)
      }
      if (one !== undefined) check(one, `${within}${field}`)
    }
    const missing = required.find((field) => value[field] === undefined)
    if (missing !== undefined) throw invalid(`${within}${missing} is missing`)
  }
