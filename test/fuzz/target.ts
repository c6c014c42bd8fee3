import fc from 'fast-check'
import { visible } from '../fixtures/visible.js'

/** One parser, and what must hold whatever it is given. */
export interface Target {
  readonly name: string
  readonly property: () => fc.IAsyncPropertyWithHooks<[unknown]>
}

/** A parser that takes longer for one input hangs. */
const longestMs = 10_000

const clean = JSON.stringify(Reflect.ownKeys(Object.prototype).map(String))

const assertUnpolluted = (): void => {
  const found = JSON.stringify(Reflect.ownKeys(Object.prototype).map(String))
  if (found !== clean || Object.keys(Array.prototype).length) throw new Error(`a prototype was polluted: ${found}`)
}

/** `check` throws where what it was given breaks a promise. */
export const target = <Input>(
  name: string,
  inputs: fc.Arbitrary<Input>,
  check: (input: Input) => Promise<void> | void,
): Target => ({
  name,
  property: () => {
    const tried = async (input: unknown) => {
      let timer: NodeJS.Timeout | undefined
      const hung = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it has not ended within ${longestMs} ms`)), longestMs)
      })
      try {
        await Promise.race([check(input as Input), hung])
      } finally {
        clearTimeout(timer)
      }
      assertUnpolluted()
    }
    return fc.asyncProperty(inputs as fc.Arbitrary<unknown>, tried)
  },
})

export const must = (holds: unknown, what: string): void => {
  if (!holds) throw new Error(`it must hold that ${what}`)
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What the work comes to, or `undefined` where it fails as it may: with this kind of error, and no secret in it. */
export const settled = async <Result>(
  work: () => Result | Promise<Result>,
  {
    errorName = 'OAuthError',
    secrets = [],
  }: { readonly errorName?: string; readonly secrets?: readonly string[] } = {},
): Promise<Result | undefined> => {
  try {
    return await work()
  } catch (failure) {
    const { name } = Object(failure) as Error
    if (name !== errorName) throw failure
    const told = visible(failure)
    for (const secret of secrets) must(!told.includes(secret), `no error shows a secret: ${told.slice(0, 500)}`)
    return undefined
  }
}
