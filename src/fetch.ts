import { OAuthError } from './core/errors.js'
import { hostFetch, isBrowser } from './core/host.js'
import type { Proof } from './core/proof.js'
import { secureUrl } from './core/server.js'
import type { Token } from './core/token.js'
import { unlessAborted } from './core/waiting.js'
import { refusesToken } from './fetch/bearer-challenge.js'
import { cancel, keptBody } from './fetch/bodies.js'
import { isRedirect, redirected } from './fetch/redirect.js'
import type { TokenSource } from './tokens/source.js'

/** Where the token may go, and what is done when an API refuses it. One of `origins` and `anyOrigin` must be there. */
export type BearerFetchOptions = (
  | {
      /** Where the token may go: `https://api.example.com`, exactly, without a path. */
      readonly origins: readonly string[]
      readonly anyOrigin?: never
    }
  | {
      /** Sends the token to whatever URL it is called with. */
      readonly anyOrigin: true
      readonly origins?: never
    }
) & {
  /** What becomes of a call, or a redirect, to another origin. @default 'refuse', with `origin_refused` */
  readonly otherOrigins?: 'refuse' | 'without-token'
  /** @default the runtime's own */
  readonly fetch?: typeof globalThis.fetch
  /** Allows plain `http` beyond loopback. @default false */
  readonly allowInsecureRequests?: boolean
}

const isBoundToken = ({ tokenType }: Token): boolean => /^dpop$/i.test(tokenType)

const mostRedirects = 20

/**
 * A `fetch` that carries a fresh bearer token to the origins it may go to (RFC 6750 §2.1). A 401 is answered with one
 * renewal and one retry, if the body can be sent again: a stream cannot, and of a `Request` 64 KiB are kept for it. The
 * caller's own `Authorization` header wins.
 * @throws {OAuthError} `invalid_argument`, `insecure_url` at once for origins that are none. A call fails with
 * `origin_refused`, `redirect_refused` (in a page, which is not told where a redirect leads), or what the source throws.
 */
export const bearerFetch = (source: TokenSource, options: BearerFetchOptions): typeof globalThis.fetch => {
  const { origins: listed, anyOrigin, otherOrigins, fetch, allowInsecureRequests } = options ?? {}
  const send = fetch ?? hostFetch
  const origins = new Set(listed)
  if (!anyOrigin === !origins.size) {
    throw new OAuthError('invalid_argument', 'either origins or anyOrigin must be given')
  }
  for (const origin of origins) {
    // An empty one is no URL, as from a variable that is not set.
    const { origin: meant } = secureUrl(origin || ' ', 'each of origins', allowInsecureRequests)
    if (meant !== origin) throw new OAuthError('invalid_argument', `origins must be like ${meant}`)
  }

  /** Whether the token may go there; `false` if the call may go on without it. */
  const mayCarry = (url: URL): boolean => {
    if (anyOrigin ? secureUrl(url.href, url.origin, allowInsecureRequests) : origins.has(url.origin)) return true
    if (otherOrigins === 'without-token') return false
    throw new OAuthError('origin_refused', `the token must not go to ${url.origin}: add it to origins if it may`)
  }

  /**
   * The proof that goes with the token, if it is bound to a key. Checked here, because what the runtime says of a header that it
   * cannot send shows the header.
   */
  const proofFor = (token: Token, method: string, url: URL): Promise<Proof> | undefined => {
    const isBound = isBoundToken(token)
    if (!/^[ -~]+$/.test(token.accessToken ?? '') || (isBound && !source.prove) || token.tokenType === 'N_A') {
      throw new OAuthError('invalid_argument', 'the source gave no usable token, or no proof for it')
    }
    return isBound ? source.prove?.({ method, url: url.href, token }) : undefined
  }

  return async (input, init = {}) => {
    let request = typeof input === 'object' && 'url' in input ? input : undefined
    const given = init.headers ?? request?.headers
    let headers = given && new Headers(given)
    let url = new URL(request?.url ?? `${input}`, globalThis.document?.baseURI ?? globalThis.location?.href)
    if (headers?.has('authorization') || !mayCarry(url)) return send(input, init)
    const signal = init.signal === undefined ? request?.signal : init.signal
    signal?.throwIfAborted()
    const mode = init.redirect ?? request?.redirect ?? 'follow'
    let method = init.method ?? request?.method ?? 'GET'
    const wanted = signal ? { signal } : {}
    let token: Token = source.current?.() ?? (await source.token(wanted))
    let next: RequestInit = {
      ...init,
      // A page is not told where a redirect leads; if the token may go anywhere, the browser's own following will do.
      redirect: anyOrigin && mode === 'follow' && isBrowser() && !source.prove ? mode : 'manual',
    }
    const body = keptBody(request, init)
    let response: Response | undefined
    try {
      for (let hops = 0, renewed = false, proven = false; ; ) {
        const proving = proofFor(token, method, url)
        const proof = proving && (await unlessAborted(proving, signal))
        const authorization = `${proof ? 'DPoP' : 'Bearer'} ${token.accessToken}`
        if (proof) {
          headers ??= new Headers()
          headers.set('dpop', proof.header)
        }
        headers?.set('authorization', authorization)
        next.headers = headers ?? { authorization }
        // What was judged is what is sent, though the caller's URL may have changed by now.
        response = await send(request ?? url.href, next)
        // Another try with the nonce that the server wants; that costs no token.
        const wantsNonce: boolean = !!proof?.heed(response) && !proven
        if (wantsNonce || (!renewed && refusesToken(response, !!proof))) {
          proven ||= wantsNonce
          renewed ||= !wantsNonce
          const renewal: Token = wantsNonce ? token : await source.token({ rejected: token, ...wanted })
          const isNew = wantsNonce || renewal.accessToken !== token.accessToken
          if (!(await body.canGoAgain()) || !isNew) return response
          token = renewal
          headers = new Headers(next.headers)
        } else if (mode !== 'manual' && isRedirect(response)) {
          const leg = redirected(response, url, method, next.headers)
          if (leg?.dropsBody) body.drop()
          if (!leg || mode === 'error' || body.kept() === undefined || hops++ === mostRedirects) {
            throw new OAuthError('redirect_refused', `the redirect of ${url.origin} is refused`, {
              status: response.status,
            })
          }
          ;({ url, method, headers } = leg)
          request = undefined
          proven = false
        } else return response
        // A proof works once, and for this token and this place.
        headers.delete('dpop')
        cancel(response.body)
        next = { ...next, headers, method, body: body.kept() ?? null, ...wanted }
        if (!mayCarry(url)) return await send(url.href, { ...next, redirect: 'follow' })
      }
    } catch (error) {
      cancel(response?.body)
      throw error
    } finally {
      body.letGo()
    }
  }
}
