import { type ReceivedRequest, received } from './received-request.js'

const failed = (cause: Error): TypeError => new TypeError('fetch failed', { cause })

const unreachable = (host: string): TypeError =>
  failed(Object.assign(new Error(`the mock does not serve ${host}`), { code: 'ENOTFOUND' }))

const mostRedirects = 20

/** Fetch §2.2.6. A location beside another status is no more than a header. */
const redirectStatuses = [301, 302, 303, 307, 308]

const becomesGet = (method: string, status: number): boolean =>
  status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST'

/** The request that a redirect asks for (Fetch §4.4): a POST becomes a GET unless the status forbids it. */
const redirected = (from: Request, body: string, status: number, location: string): Request => {
  const url = new URL(location, from.url)
  const headers = new Headers(from.headers)
  if (url.origin !== new URL(from.url).origin) headers.delete('authorization')
  const isKept = !becomesGet(from.method, status)
  if (!isKept) headers.delete('content-type')
  const sent = isKept ? { method: from.method, ...(body && { body }) } : { method: 'GET' }
  return new Request(url, { ...sent, headers })
}

/** A fetch that reaches the mock alone, and rejects like an unreachable host for any other. */
export const inProcessFetch =
  (
    serves: (origin: string) => boolean,
    answer: (request: ReceivedRequest) => Promise<Response>,
  ): typeof globalThis.fetch =>
  async (input, init) => {
    let request = new Request(input, init)
    const { redirect } = request
    // The caller's own signal: that of the copy may be collected while nothing but a hanging answer waits for it.
    const signal = init?.signal ?? (input instanceof Request ? input.signal : request.signal)
    for (let redirects = 0; ; redirects++) {
      signal.throwIfAborted()
      const { origin, host } = new URL(request.url)
      if (!serves(origin)) throw unreachable(host)
      const seen = await received(request)
      const given = await answer({ ...seen, signal })
      const answered = request.method === 'HEAD' ? new Response(null, given) : given
      signal.throwIfAborted()
      const location = redirectStatuses.includes(answered.status) ? answered.headers.get('location') : null
      if (location === null || redirect === 'manual') return answered
      if (redirect === 'error' || redirects === mostRedirects) throw failed(new Error('unexpected redirect'))
      request = redirected(request, seen.body, answered.status, location)
    }
  }
