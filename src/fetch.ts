import { type Challenge, challengesOf } from './core/challenge.js'
import { OAuthError } from './core/errors.js'
import { hostFetch, isBrowser } from './core/host.js'
import { secureUrl } from './core/server.js'
import type { Token } from './core/token.js'
import { unlessAborted } from './core/waiting.js'
import type { TokenSource } from './tokens/source.js'

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

/** What a server says of a token that it refuses (RFC 6750 §3, RFC 9449 §7.1). */
export interface BearerChallenge {
  readonly realm?: string | undefined
  /** The scope that the request needs. */
  readonly scope?: string | undefined
  /** The authentication context classes that would do, space-separated, the best first (RFC 9470 §3). */
  readonly acrValues?: string | undefined
  /** Seconds that the user's login may lie back (RFC 9470 §3). */
  readonly maxAge?: number | undefined
  /** `invalid_token`, `insufficient_scope`, `insufficient_user_authentication` or `invalid_request`. */
  readonly error?: string | undefined
  readonly errorDescription?: string | undefined
  /** Where the resource's metadata are (RFC 9728 §5.1): give the whole answer to `discoverResource`, which checks whose they are. */
  readonly resourceMetadata?: string | undefined
}

const bearerOf = (challenges: readonly Challenge[], isBound = true): Challenge | undefined => {
  const bearers = challenges.filter(({ scheme }) => scheme === 'bearer' || (isBound && scheme === 'dpop'))
  // A gateway and the API behind it may both have put one there: the one that says what is wrong is meant.
  return bearers.find(({ parameters }) => parameters['error']) ?? bearers[0]
}

/** The `Bearer` or `DPoP` challenge of an answer, if it has one: `stepUp` says what to authorize for. */
export const bearerChallenge = (response: Response): BearerChallenge | undefined => {
  const bearer = bearerOf(challengesOf(response.headers.get('www-authenticate')))
  if (!bearer) return undefined
  const { realm, scope, acr_values, max_age = '', error, error_description, resource_metadata } = bearer.parameters
  return {
    ...{ realm, scope, error, acrValues: acr_values, maxAge: /^\d+$/.test(max_age) ? +max_age : undefined },
    ...{ errorDescription: error_description, resourceMetadata: resource_metadata },
  }
}

/**
 * A 401 that speaks of the token. One without a challenge does: it is all that a page sees of another origin. One that
 * wants another scope, another login (RFC 9470) or another proof would say the same of a new token.
 */
const refusesToken = ({ status, headers }: Response, isBound: boolean): boolean => {
  if (status !== 401) return false
  const challenges = challengesOf(headers.get('www-authenticate'))
  const bearer = bearerOf(challenges, isBound)
  return bearer
    ? !/^(insufficient_|invalid_request|(invalid|use)_dpop_)/.test(bearer.parameters['error'] ?? '')
    : !challenges.length
}

const mostRedirects = 20

const isRedirect = ({ type, status, headers }: Response): boolean =>
  type === 'opaqueredirect' || (/30[12378]/.test(`${status}`) && headers.has('location'))

/** Where fetch goes on with a GET: a POST does, but for 307 and 308. */
const becomesGet = (status: number, method: string): boolean =>
  (status === 303 && !/^(GET|HEAD)$/i.test(method)) || (status < 303 && /^POST$/i.test(method))

/** Lets go of what will not be read, so that its connection is free. */
const cancel = (stream: Pick<ReadableStream, 'cancel'> | null | undefined): void => {
  // What somebody else has read or broken is over anyway.
  stream?.cancel().catch(() => {})
}

/** A body that is gone once it is sent. */
const isStream = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)

/** Bytes of a `Request` that are kept, in case it must be sent again. */
const mostKept = 64 * 1024

type Bytes = Uint8Array<ArrayBuffer>

/** All that comes, if it is not too much. */
const keep = async (reader: ReadableStreamDefaultReader<Bytes>): Promise<Blob | undefined> => {
  const chunks: Bytes[] = []
  for (let size = 0; size <= mostKept; ) {
    const { value } = await reader.read()
    if (!value) return new Blob(chunks)
    size += value.length
    chunks.push(value)
  }
  cancel(reader)
  return undefined
}

/**
 * A `fetch` that carries a fresh bearer token to the origins it may go to (RFC 6750 §2.1). A 401 is answered with one
 * renewal and one retry, if the body can be sent again: a stream cannot, and of a `Request` 64 KiB are kept for it. The
 * caller's own `Authorization` header wins.
 * @throws {OAuthError} `invalid_argument`, `insecure_url` at once for origins that are none. A call fails with
 * `origin_refused`, `redirect_refused` (in a page, which is not told where a redirect leads), or what the source throws.
 */
export const bearerFetch = (source: TokenSource, options: BearerFetchOptions): typeof globalThis.fetch => {
  const { anyOrigin, otherOrigins, allowInsecureRequests } = options
  const send = options.fetch ?? hostFetch
  const origins = new Set(options.origins)
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
    let token: Token = source.current?.() ?? (await source.token(signal ? { signal } : {}))
    let next: RequestInit = {
      ...init,
      // A page is not told where a redirect leads; if the token may go anywhere, the browser's own following will do.
      redirect: anyOrigin && mode === 'follow' && isBrowser() && !source.prove ? mode : 'manual',
    }
    /** What to send once more; `undefined` if it is gone, or before all of it was seen. */
    let body: BodyInit | null | undefined = isStream(init.body) ? undefined : (init.body ?? null)
    let copy: ReadableStreamDefaultReader<Bytes> | undefined
    let keeping: Promise<void> | undefined
    if (body === null && request?.body) {
      body = undefined
      copy = (request.clone().body as ReadableStream<Bytes>).getReader()
      keeping = keep(copy).then(
        (kept) => {
          if (body === undefined) body = kept
        },
        // What breaks the copy breaks the request too, and is told there.
        () => {},
      )
    }
    let response: Response | undefined
    try {
      for (let hops = 0, renewed = false, proven = false; ; ) {
        // Checked here, because what the runtime says of a header that it cannot send shows the header.
        const isBound = /^dpop$/i.test(token.tokenType)
        if (!/^[ -~]+$/.test(token.accessToken ?? '') || (isBound && !source.prove) || token.tokenType === 'N_A') {
          throw new OAuthError('invalid_argument', 'the source gave no usable token, or no proof for it')
        }
        const proving = isBound ? source.prove?.({ method, url: url.href, token }) : undefined
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
        const { status } = response
        // Another try with the nonce that the server wants; that costs no token.
        const again: boolean = !!proof?.heed(response) && !proven
        const refused = again || (!renewed && refusesToken(response, isBound))
        if (!refused && (mode === 'manual' || !isRedirect(response))) return response
        headers = new Headers(next.headers)
        // A proof works once, and for this token and this place.
        headers.delete('dpop')
        if (refused) {
          proven ||= again
          renewed ||= !again
          const renewal = again ? token : await source.token({ rejected: token, ...(signal && { signal }) })
          // A page has its answer once the whole body is sent: there it cannot hang, though it may lag behind.
          if (isBrowser()) await keeping
          // Firefox shows no body of a Request, but that it had one.
          const gone = body === undefined || (!body && request?.bodyUsed)
          if (gone || (!again && renewal.accessToken === token.accessToken)) return response
          token = renewal
        } else {
          const location = URL.parse(response.headers.get('location') ?? 'about:blank', url)
          if (becomesGet(status, method)) {
            method = 'GET'
            body = null
            for (const name of [...headers.keys()]) if (name.startsWith('content-')) headers.delete(name)
          }
          if (
            mode === 'error' ||
            !location?.protocol.startsWith('http') ||
            body === undefined ||
            hops++ === mostRedirects
          ) {
            throw new OAuthError('redirect_refused', `the redirect of ${url.origin} is refused`, { status })
          }
          location.hash ||= url.hash
          if (location.origin !== url.origin) {
            for (const name of ['authorization', 'cookie', 'host', 'proxy-authorization']) headers.delete(name)
          }
          url = location
          request = undefined
          proven = false
        }
        cancel(response.body)
        next = { ...next, headers, method, body: body ?? null, ...(signal && { signal }) }
        if (!mayCarry(url)) return await send(url.href, { ...next, redirect: 'follow' })
      }
    } catch (error) {
      cancel(response?.body)
      throw error
    } finally {
      // Else the caller's stream would not be told that nobody reads it any more.
      cancel(copy)
    }
  }
}
