import { bearerFetch, type Client, OAuthError, type Sessions } from 'bearward'
import { type Context, Hono } from 'hono'
import { csrf } from 'hono/csrf'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import type { BrowserSession, BrowserSessions } from './browser-sessions.ts'
import { log } from './log.ts'
import { opaqueCookie } from './opaque-cookie.ts'
import { homePage, ordersPage, style, troublePage, welcomePage } from './pages.ts'
import type { PendingLogins } from './pending-logins.ts'

export interface AppOptions {
  /** Where users reach this app, such as `https://app.example.com`. */
  readonly origin: string
  readonly client: Client
  readonly scope: string
  /** What is called in the name of the user. */
  readonly apiUrl: string
  /** The tokens of everybody who is logged in. */
  readonly tokens: Sessions
  readonly logins: PendingLogins
  readonly sessions: BrowserSessions
  /** Where forms may lead, also by a redirect: the end-session endpoint, to which logging out leads. */
  readonly formTargets: readonly string[]
}

export const createApp = (options: AppOptions): Hono => {
  const { origin, client, scope, apiUrl, tokens, logins, sessions, formTargets } = options
  const loginCookie = opaqueCookie('login', origin, 10 * 60)
  const sessionCookie = opaqueCookie('session', origin, 12 * 60 * 60)
  const app = new Hono()

  /** Ends what this browser has. The authorization server is told; that it may not hear it keeps nobody logged in here. */
  const leave = async (c: Context): Promise<BrowserSession | undefined> => {
    const session = await sessions.take(sessionCookie.get(c))
    sessionCookie.delete(c)
    if (session)
      await tokens
        .get(session.key)
        .end()
        .catch((error) => log('revocation_failed', { error }))
    return session
  }

  /** A page of this app, and no other place: a path that begins with `//` would be another host's (RFC 3986 §4.2). */
  const pageOf = (wanted = '/'): string => {
    const url = URL.parse(wanted, origin)
    const isHere = url?.origin === origin && !url.pathname.startsWith('//')
    return isHere ? url.pathname + url.search : '/'
  }

  const toLogin = (c: Context): Response => c.redirect(`/login?return_to=${encodeURIComponent(c.req.path)}`)

  const loggedIn = createMiddleware<{ Variables: { session: BrowserSession } }>(async (c, next) => {
    const session = await sessions.find(sessionCookie.get(c))
    if (!session) return toLogin(c)
    c.set('session', session)
    return next()
  })

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        formAction: ["'self'", ...formTargets],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
      // With 'no-referrer', browsers send no origin along with a form, and nobody could tell whose form it was.
      referrerPolicy: 'same-origin',
    }),
  )
  app.use(csrf({ origin }))
  app.use(async (c, next) => {
    await next()
    c.header('cache-control', 'no-store')
  })

  app.get('/health', (c) => c.json({ status: 'ok' }))

  app.get('/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css' }))

  app.get('/', async (c) => {
    const session = await sessions.find(sessionCookie.get(c))
    return c.html(session ? homePage(session.name) : welcomePage())
  })

  app.get('/login', async (c) => {
    const request = await client.authorizationRequest({ redirectUri: `${origin}/callback`, scope })
    loginCookie.set(c, await logins.begin({ request, returnTo: pageOf(c.req.query('return_to')) }))
    return c.redirect(request.url)
  })

  app.get('/callback', async (c) => {
    const login = await logins.take(loginCookie.get(c))
    loginCookie.delete(c)
    if (!login) return c.html(troublePage('Please try again', 'This login was begun elsewhere, or too long ago.'), 400)
    // The state, the issuer, PKCE and the ID token are checked here, and then it is known who this is.
    const token = await client.exchangeCode(c.req.raw, login.request)
    const subject = token.idTokenClaims?.sub ?? ''
    const { name = subject } = await client.userinfo(token, { subject })
    await leave(c)
    const { cookie, key } = await sessions.begin({ name, idToken: token.idToken ?? null })
    await tokens.get(key).replace(token)
    sessionCookie.set(c, cookie)
    return c.redirect(login.returnTo)
  })

  app.get('/orders', loggedIn, async (c) => {
    const api = bearerFetch(tokens.get(c.var.session.key), { origins: [new URL(apiUrl).origin] })
    const response = await api(apiUrl, { signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`the API answered ${response.status}`)
    return c.html(ordersPage(await response.json()))
  })

  app.post('/logout', async (c) => {
    const session = await leave(c)
    if (!session) return c.redirect('/', 303)
    // Logged out here. At the authorization server too, or the next click on "Log in" would ask for nothing.
    const postLogoutRedirectUri = `${origin}/`
    const hint = session.idToken && { token: session.idToken }
    return c.redirect(await client.logoutUrl({ postLogoutRedirectUri, ...hint }), 303)
  })

  app.onError(async (error, c) => {
    if (error instanceof HTTPException) return error.getResponse()
    log('request_failed', { path: c.req.path, error })
    const code = error instanceof OAuthError ? error.code : ''
    switch (code) {
      case 'session_ended':
      case 'session_uncertain':
        await leave(c)
        return toLogin(c)
      case 'authorization_refused':
        return c.html(troublePage('You are not logged in', 'You, or the login page, said no.'), 403)
      case 'state_mismatch':
      case 'issuer_mismatch':
      case 'invalid_callback':
        return c.html(troublePage('Please try again', 'This is not the login that was begun here last.'), 400)
      default:
        return c.html(troublePage('Something is not available', 'Please try again in a minute.'), 503)
    }
  })

  return app
}
