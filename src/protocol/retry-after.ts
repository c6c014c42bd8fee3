/** More than any date is away: a number of any length may come. */
const longestMs = 8.64e15

/** Milliseconds that `Retry-After` asks for, in seconds or as a date (RFC 9110 §10.2.3); `undefined` if it asks nothing. */
export const retryAfterMs = (headers: Headers, now: number): number | undefined => {
  const value = headers.get('retry-after') ?? ''
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, longestMs)
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  // The server's own clock, where it tells it, says how far away its date is.
  const sent = Date.parse(headers.get('date') ?? '')
  return Math.max(until - (Number.isNaN(sent) ? now : sent), 0)
}
