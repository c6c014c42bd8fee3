const RealDate = globalThis.Date
let skippedMs = 0

/**
 * Sets this process's date ahead: what a contender does at expiry is seen without waiting an hour. Timers go on as before.
 * Answers how far ahead it is by now.
 */
export const skip = (ms: number): number => {
  skippedMs += ms
  globalThis.Date = class extends RealDate {
    constructor(...given: [] | [number | string]) {
      if (given.length) super(...given)
      else super(RealDate.now() + skippedMs)
    }

    static override now(): number {
      return RealDate.now() + skippedMs
    }
  } as DateConstructor
  return skippedMs
}
