/** Milliseconds that `Retry-After` asks for, in seconds or as a date (RFC 9110 §10.2.3); `undefined` if it asks nothing. */
export const retryAfterMs = (headers: Headers, now: number): number | undefined => {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const until = Date.parse(value)
  if (Number.isNaN(until)) return undefined
  // The server's own clock, where it tells it, says how far away its date is.
  const sent = Date.parse(headers.get('date') ?? '')
  return Math.max(until - (Number.isNaN(sent) ? now : sent), 0)
}
