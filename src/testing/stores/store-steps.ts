import type { Stored, TokenStore } from '../../tokens/store.js'

// What the cases of the contract are made of.

export const assert = (holds: unknown, wrong: string): void => {
  if (!holds) throw new Error(wrong)
}

export const newKey = (): string => `contract ${crypto.randomUUID()}`

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Long enough for a store to do what it must not do. */
export const aMoment: number = 150
/** Long enough for a store to do what it must do, on a busy machine too. */
export const patience: number = 5000

export const soon = async <Result>(work: Promise<Result>, wrong: string): Promise<Result> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(wrong)), patience)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** What is there, which must be something. */
export const read = async (store: TokenStore, key: string): Promise<Stored> => {
  const stored = await store.get(key)
  if (!stored) throw new Error('what was written is not there')
  return stored
}

export const write = async (store: TokenStore, key: string, value: string): Promise<string> => {
  const wasWritten = await store.set(key, value, (await store.get(key))?.version)
  assert(wasWritten === true, 'a write over the version that is there was refused')
  return (await read(store, key)).version
}

export const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => new Error('what failed was told as a success'),
    (failure) => failure,
  )

interface Held {
  readonly lost: AbortSignal
  release(): Promise<void>
}

/** Holds the lock until it is told to let go. */
export const hold = async (store: TokenStore, key: string): Promise<Held> => {
  let letGo = () => {}
  const released = new Promise<void>((resolve) => {
    letGo = resolve
  })
  let entered = (_lost: AbortSignal) => {}
  const inside = new Promise<AbortSignal>((resolve) => {
    entered = resolve
  })
  const done = store.withLock(key, async (lost) => {
    entered(lost)
    await released
  })
  const lost = await soon(Promise.race([inside, done.then(() => inside)]), 'a free lock was not given')
  return {
    lost,
    release: () => {
      letGo()
      return done
    },
  }
}
