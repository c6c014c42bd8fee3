import type { Scope } from '../core/scope.js'
import type { MockGrantType, MockRequest } from '../testing/index.js'
import { isMasked, maskedValue, parametersOf } from '../testing/masking.js'

/** What a request to the mock is like. What is left out may be anything; vitest's `expect.any(String)` and its like may stand for values. */
export interface ExpectedRequest {
  /** The client that it names, however it does that. */
  readonly clientId?: string
  /** How the client proves who it is; `assertion` is a signed JWT (RFC 7523 §2.2). */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post' | 'assertion' | 'none'
  /** The scopes that it asks for: these and no others, in any order. */
  readonly scope?: Scope
  /** Fields of its form, or of its URL where it has no form, by their names at the wire; `undefined` for one that must not be there. */
  readonly parameters?: Readonly<Record<string, string | undefined>>
  /** By their names, in upper or lower case; `undefined` for one that must not be there. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** The status that it was answered with. */
  readonly status?: number
}

/** What a token request is like. */
export interface ExpectedTokenRequest extends ExpectedRequest {
  /** As it stands at the wire. */
  readonly grantType?: MockGrantType | (string & Record<never, never>)
}

/** One thing that is expected of a request, and what it is. */
export interface Comparison {
  readonly name: string
  readonly actual: unknown
  readonly expected: unknown
  /** A value of it as it may be printed. */
  readonly shown: (value: unknown) => string
}

const authenticationOf = ({ headers, form }: MockRequest): ExpectedRequest['clientAuthentication'] => {
  if (/^basic\b/i.test(headers['authorization'] ?? '')) return 'client_secret_basic'
  if (form?.['client_secret'] !== undefined) return 'client_secret_post'
  return form?.['client_assertion'] === undefined ? 'none' : 'assertion'
}

const listed = (scope: Scope = []): string => [scope].flat().join(' ').split(' ').filter(Boolean).sort().join(' ')

/** One of vitest's `expect.stringContaining` and its like, which stand for values. */
interface Asymmetric {
  readonly asymmetricMatch: (value: unknown) => boolean
  readonly toAsymmetricMatcher?: () => string
  readonly sample?: unknown
}

const isAsymmetric = (value: unknown): value is Asymmetric =>
  typeof value === 'object' && value !== null && 'asymmetricMatch' in value

const plainly = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (isAsymmetric(value)) {
    const { sample } = value
    return value.toAsymmetricMatcher?.() ?? `${value} ${sample instanceof RegExp ? sample : JSON.stringify(sample)}`
  }
  return JSON.stringify(value) ?? `${value}`
}

const masked =
  (name: string) =>
  (value: unknown): string => {
    if (value === undefined || (typeof value !== 'string' && !isMasked(name))) return plainly(value)
    return maskedValue(name, `${value}`)
  }

/** Scopes in any order; one of vitest's matchers sees them as they were sent. */
const scopesOf = (sent: string | undefined, expected: Scope | undefined): Pick<Comparison, 'actual' | 'expected'> =>
  expected === undefined || isAsymmetric(expected)
    ? { actual: sent, expected }
    : { actual: listed(sent), expected: listed(expected) }

const known: readonly string[] = [
  'grantType',
  'clientId',
  'clientAuthentication',
  'scope',
  'parameters',
  'headers',
  'status',
] satisfies (keyof ExpectedTokenRequest)[]

/** A slip of the pen in JavaScript would fit every request. @throws {TypeError} for what is no expectation. */
export const assertExpected = (expected: unknown): void => {
  if (typeof expected !== 'object' || expected === null || isAsymmetric(expected)) {
    throw new TypeError('what a request is expected to be like is an object')
  }
  const odd = Object.keys(expected).find((name) => !known.includes(name))
  if (odd !== undefined) throw new TypeError(`a request has no ${odd} to expect: it has ${known.join(', ')}`)
}

/** A request beside what is expected of it. */
export const comparisonsOf = (request: MockRequest, expected: ExpectedTokenRequest): readonly Comparison[] => {
  const sent = parametersOf(request)
  const { parameters = {}, headers = {} } = expected
  const all: readonly Comparison[] = [
    { name: 'grantType', actual: sent['grant_type'], expected: expected.grantType, shown: plainly },
    { name: 'clientId', actual: request.clientId, expected: expected.clientId, shown: plainly },
    {
      name: 'clientAuthentication',
      actual: authenticationOf(request),
      expected: expected.clientAuthentication,
      shown: plainly,
    },
    { name: 'scope', ...scopesOf(sent['scope'], expected.scope), shown: plainly },
    { name: 'status', actual: request.status, expected: expected.status, shown: plainly },
  ]
  return [
    ...all.filter(({ expected: wanted }) => wanted !== undefined),
    ...Object.entries(parameters).map(([name, wanted]) => ({
      ...{ name, actual: sent[name], expected: wanted, shown: masked(name) },
    })),
    ...Object.entries(headers).map(([name, wanted]) => ({
      ...{ name, actual: request.headers[name.toLowerCase()], expected: wanted, shown: masked(name.toLowerCase()) },
    })),
  ]
}
