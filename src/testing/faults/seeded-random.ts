const modulus = 2 ** 31 - 1

/** Spreads a text over the states of the generator. */
const hashed = (text: string): number => {
  let hash = 0
  for (const letter of text) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % modulus
  return hash
}

/**
 * The same numbers from 0 to 1 for the same seed: a Lehmer generator, enough to spread faults.
 * @param stream Names one of the many rows of numbers that a seed has.
 */
export const seededRandom = (seed: number, stream = ''): (() => number) => {
  // The generator must not start from 0, where it would stay.
  let state = ((Math.abs(Math.trunc(seed)) + hashed(stream)) % (modulus - 1)) + 1
  const next = (): number => {
    state = (state * 48_271) % modulus
    return (state - 1) / (modulus - 1)
  }
  // Small seeds begin with small numbers.
  for (let discarded = 0; discarded < 8; discarded++) next()
  return next
}
