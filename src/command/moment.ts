/** The first and the last moment of a date: JSON can hold numbers that are beyond all. */
const furthest = 8.64e15

/** Epoch milliseconds of a claim, as the library has those of an introspection. */
export const momentOf = (seconds: number): number => Math.max(-furthest, Math.min(seconds * 1000, furthest))

const units = [
  ['day', 86_400, 2],
  ['hour', 3600, 1.5],
  ['minute', 60, 1.5],
  ['second', 1, 0],
] as const

/** `in 12 minutes`, `3 days ago`. */
export const fromNow = (moment: number, now: number): string => {
  const seconds = (moment - now) / 1000
  const [unit, length] = units.find(([, size, from]) => Math.abs(seconds) >= size * from) ?? units[3]
  return new Intl.RelativeTimeFormat('en', { numeric: 'always' }).format(Math.trunc(seconds / length), unit)
}

/** A moment of this or the next centuries, in UTC and in words; `undefined` where it is none. */
export const inWords = (moment: number, now: number): string | undefined => {
  if (!(Math.abs(moment) < 1e14)) return undefined
  const utc = new Date(moment)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC')
  return `${utc}, ${fromNow(moment, now)}`
}
