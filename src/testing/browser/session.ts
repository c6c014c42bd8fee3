import { base64url, randomBytes } from '../crypto/base64url.js'
import type { Login, MockContext } from '../state.js'
import type { ReceivedRequest } from '../ways/received-request.js'

/** Who is logged in, in one browser. */
export interface BrowserSession {
  readonly id: string
  readonly login: Login
}

/** A browser has the same cookies for all ports of a host. */
const cookieName = ({ protocol, port }: URL): string => `bearward_${port || protocol.slice(0, -1)}`

/** The session that a browser came with, if it is one. */
export const sessionOf = (
  { url, headers }: ReceivedRequest,
  { state }: Pick<MockContext, 'state'>,
): BrowserSession | undefined => {
  const cookies = (headers.get('cookie') ?? '').split(/; */)
  const start = `${cookieName(url)}=`
  for (const cookie of cookies) {
    const id = cookie.startsWith(start) ? cookie.slice(start.length) : ''
    const login = state.browsers.get(id)
    if (login) return { id, login }
  }
  return undefined
}

export const nobody = (): Login => ({ user: undefined, loggedInAt: 0, acr: undefined })

/** A session in which nobody is logged in yet. */
export const newSession = ({ state }: MockContext): BrowserSession => {
  const id = base64url(randomBytes(24))
  const login = nobody()
  state.browsers.set(id, login)
  return { id, login }
}

/** The answer that has a browser keep its session. */
export const withSession = (answer: Response, { id }: BrowserSession, url: URL): Response => {
  const secure = url.protocol === 'https:' ? '; Secure' : ''
  answer.headers.set('set-cookie', `${cookieName(url)}=${id}; Path=/; HttpOnly; SameSite=Lax${secure}`)
  return answer
}
