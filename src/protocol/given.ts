import { OAuthError } from '../core/errors.js'
import { type Given, type Giver, isGiving } from '../core/given.js'
import { isWellFormed } from '../core/text.js'
import type { Token } from '../core/token.js'
import type { Made } from './authenticated-request.js'

/** What a grant is made of, by the names of the form. */
type GivenFields = Readonly<Record<string, Given>>

export interface Supplied {
  /** The texts, and those that sources gave. */
  readonly texts: Readonly<Record<string, string>>
  /** What is made anew for every try. */
  readonly made: Made
}

/** What a source gave, and what of it is sent. */
interface Taken {
  readonly name: string
  readonly token: Token
  readonly value: string
}

const isSource = (given: Given): given is Giver => typeof given !== 'string' && typeof given !== 'function'

/** What the server may mean by it that a token was of no use (RFC 6749 §5.2, RFC 8693 §2.2.2, RFC 6750 §3.1). */
const refused = (failure: unknown): boolean =>
  failure instanceof OAuthError &&
  failure.code === 'error_response' &&
  /^invalid_(grant|request|token)$/.test(failure.error)

/**
 * Asks with what is given by now. If that is refused, sources are told so; where one of them gives another token then, it is
 * asked once more.
 */
export const supplied = async <Result>(
  given: GivenFields,
  signal: AbortSignal | undefined,
  ask: (supplied: Supplied) => Promise<Result>,
  textOf: (name: string, token: Token) => string | undefined = (_, { accessToken }) => accessToken,
): Promise<Result> => {
  const texts: Record<string, string> = {}
  const made: Record<string, () => string | Promise<string>> = {}
  const sources: [string, Giver][] = []
  for (const [name, value] of Object.entries(given)) {
    if (!isGiving(value)) texts[name] = text(name, value)
    else if (isSource(value)) sources.push([name, value])
    else made[name] = async () => text(name, await value())
  }
  const take = (held?: readonly Taken[]): Promise<readonly Taken[]> =>
    Promise.all(
      sources.map(async ([name, source], at) => {
        const rejected = held?.[at]?.token
        const token = await source.token({ ...(signal && { signal }), ...(rejected && { rejected }) })
        return { name, token, value: text(name, token && textOf(name, token)) }
      }),
    )
  const askWith = (taken: readonly Taken[]) =>
    ask({ texts: { ...texts, ...Object.fromEntries(taken.map(({ name, value }) => [name, value])) }, made })
  const held = await take()
  try {
    return await askWith(held)
  } catch (failure) {
    if (!sources.length || !refused(failure)) throw failure
    const next = await take(held)
    if (next.every(({ value }, at) => value === held[at]?.value)) throw failure
    return askWith(next)
  }
}

const text = (name: string, value: unknown): string => {
  if (isWellFormed(value)) return value
  throw new OAuthError('invalid_argument', `${name} must be a text, or what gives one`)
}
