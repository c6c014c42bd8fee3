/** Where a call goes on after a redirect, and with what. */
export interface Leg {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  /** What was posted is not sent on. */
  readonly dropsBody: boolean
}

export const isRedirect = ({ type, status, headers }: Response): boolean =>
  type === 'opaqueredirect' || (/30[12378]/.test(`${status}`) && headers.has('location'))

/** Where fetch goes on with a GET: a POST does, but for 307 and 308. */
const becomesGet = (status: number, method: string): boolean =>
  (status === 303 && !/^(GET|HEAD)$/i.test(method)) || (status < 303 && /^POST$/i.test(method))

/** What fetch would do next (Fetch Standard, HTTP-redirect fetch); `undefined` where it leads to nothing that can be fetched, or a page is not told where. */
export const redirected = (
  { status, headers: answered }: Response,
  from: URL,
  sentBy: string,
  sent: HeadersInit,
): Leg | undefined => {
  // A header is read as Latin-1, and the letters in it are UTF-8: `escape` writes their bytes as they came.
  const location = (answered.get('location') ?? 'about:blank').replace(/[\xc2-\xf4][\x80-\xbf]+/g, escape)
  const url = URL.parse(location, from)
  if (!url?.protocol.startsWith('http')) return undefined
  const headers = new Headers(sent)
  const dropsBody = becomesGet(status, sentBy)
  if (dropsBody) for (const name of [...headers.keys()]) if (name.startsWith('content-')) headers.delete(name)
  if (url.origin !== from.origin) {
    for (const name of ['authorization', 'cookie', 'host', 'proxy-authorization']) headers.delete(name)
  }
  url.hash ||= from.hash
  return { url, method: dropsBody ? 'GET' : sentBy, headers, dropsBody }
}
