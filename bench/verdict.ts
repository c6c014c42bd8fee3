import { inspect } from 'node:util'

/** How a call ended, as its caller sees it. */
export type Ending = { readonly status: number } | { readonly error: unknown } | 'hang'

/** What a program that logs the error writes: `console.log`, and its JSON. */
const printed = (error: unknown): string => {
  let json = ''
  try {
    json = JSON.stringify(error) ?? ''
  } catch {
    // A structure that refers to itself has no JSON to leak anything.
  }
  return `${inspect(error)}\n${json}`
}

/** All that an error says in words, wherever in it: names, messages, codes, and what the server sent, but no stack. */
const told = (value: unknown, depth = 0): string => {
  if (typeof value !== 'object' || value === null) return String(value)
  if (depth > 3) return ''
  // Of an error its own words, and of a response its status, are not enumerable.
  const { name, message, status, cause } = value as Readonly<Record<string, unknown>>
  return [name, message, status, cause, ...Object.values(value)].map((field) => told(field, depth + 1)).join(' ')
}

export interface Evidence {
  readonly first: Ending
  /** The same call later, when the server is good again and the first token has expired. */
  readonly second: Ending
  readonly says: RegExp
  /** A failure is no excuse: the token was still valid. */
  readonly whileValid: boolean
  /** Everything that was logged, thrown out of reach, or sent elsewhere. */
  readonly crashed: boolean
  readonly logged: string
  readonly elsewhere: string
  readonly secrets: readonly string[]
  readonly requests: number
}

const worked = (ending: Ending): boolean => ending !== 'hang' && 'status' in ending && ending.status === 200

/** More than anybody's patience with one token takes. */
const mostRequests = 12

export const verdictOn = (evidence: Evidence): string => {
  const { first, second, secrets, logged, elsewhere } = evidence
  const holdsSecret = (text: string) => secrets.some((secret) => text.includes(secret))
  const errors = [first, second].flatMap((ending) => (ending !== 'hang' && 'error' in ending ? [ending.error] : []))
  if (evidence.crashed) return 'BAD: crash'
  if (holdsSecret(elsewhere)) return 'BAD: secret sent elsewhere'
  if (holdsSecret(logged) || errors.some((error) => holdsSecret(printed(error)))) return 'BAD: secret printed'
  if (first === 'hang' || second === 'hang') return 'BAD: hang'
  if (evidence.requests > mostRequests) return 'BAD: hammers'
  if (evidence.whileValid) return worked(first) ? 'recovered' : 'BAD: valid token withheld'
  if (!worked(second)) return 'BAD: does not come back'
  if (worked(first)) return 'recovered'
  if ('status' in first) return 'BAD: useless token'
  return evidence.says.test(told(first.error)) ? 'clear error' : 'BAD: unclear error'
}
