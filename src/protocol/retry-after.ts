/** Milliseconds that `Retry-After` asks for, in seconds or as a date (RFC 9110 §10.2.3); `undefined` if it asks nothing. */
export const retryAfterMs = (headers: Headers, now: number): number | undefined => {
  const value = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1000
  // The server's own clock says how far away its date is.
  const serverNow = Date.parse(headers.get('date') ?? '') || now
  const wait = Date.parse(value) - serverNow
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0)
}
