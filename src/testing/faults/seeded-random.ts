const modulus = 2 ** 31 - 1

/** The same numbers from 0 to 1 for the same seed: a Lehmer generator, enough to spread faults. */
export const seededRandom = (seed: number): (() => number) => {
  // The generator must not start from 0, where it would stay.
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1
  const next = (): number => {
    state = (state * 48_271) % modulus
    return (state - 1) / (modulus - 1)
  }
  // Small seeds begin with small numbers.
  for (let discarded = 0; discarded < 8; discarded++) next()
  return next
}
