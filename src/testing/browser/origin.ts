import type { ReceivedRequest } from '../ways/received-request.js'

const loopback = ['127.0.0.1', 'localhost', '[::1]']

/**
 * The origin of the mock as the browser has it. `undefined`: the name of another host that leads here, as one does whose
 * owner wants to read what is on loopback.
 */
export const ownOrigin = ({ url, headers }: ReceivedRequest): string | undefined => {
  const host = headers.get('host')
  const seen = host === null ? url : URL.parse(`${url.protocol}//${host}`)
  if (!seen) return undefined
  const isLoopback = loopback.includes(seen.hostname) && seen.port === url.port
  return isLoopback || seen.origin === url.origin ? seen.origin : undefined
}

/** Whether a form was sent by a page of the mock's own, as a browser says. */
export const isSentByOwnPage = (request: ReceivedRequest): boolean => {
  const site = request.headers.get('sec-fetch-site') ?? 'same-origin'
  const origin = ownOrigin(request)
  return site === 'same-origin' && origin !== undefined && request.headers.get('origin') === origin
}

/** Whether a form was sent by a page of somebody else. What says nothing of it is no browser. */
export const isSentByOtherPage = (request: ReceivedRequest): boolean => {
  const { headers } = request
  const says = headers.has('origin') || headers.has('sec-fetch-site')
  return says && !isSentByOwnPage(request)
}
