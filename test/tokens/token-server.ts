import { type ClientOptions, createClient } from '../../src/index.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'
import { json, type Sent } from '../fixtures/scripted-server.js'

/** What the token endpoint does with one request; `undefined`, what it always does. */
export type Turn = (sent: Sent, signal: AbortSignal | undefined) => Response | Promise<Response> | undefined

interface Options {
  /** Seconds; `undefined` leaves `expires_in` out. */
  readonly expiresIn?: number | undefined
  readonly rotate?: boolean
  /** Milliseconds of the clock that an answer takes. */
  readonly takesMs?: number
  readonly client?: Partial<ClientOptions>
  /** What becomes of the client's options. */
  readonly around?: (options: ClientOptions) => ClientOptions
}

/** A client beside a token endpoint that counts: `at1`, `at2`, …, and `rt1`, `rt2`, … */
export const tokenServer = (options: Options = {}) => {
  const { rotate = true, takesMs = 0, client: more = {}, around = (given) => given } = options
  const lifetime = 'expiresIn' in options ? options.expiresIn : 3600
  const clock: FakeClock = fakeClock()
  const sent: Sent[] = []
  const turns: Turn[] = []
  let issued = 0
  const answer = (): Response => {
    issued += 1
    return json({
      access_token: `at${issued}`,
      token_type: 'Bearer',
      ...(lifetime !== undefined && { expires_in: lifetime }),
      ...(rotate && { refresh_token: `rt${issued}` }),
    })
  }
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const body = String(init?.body ?? '')
    const request = {
      url: String(input),
      method: 'POST',
      headers: new Headers(init?.headers),
      body,
      form: new URLSearchParams(body),
    }
    sent.push(request)
    const turn = turns.shift()
    const odd = turn?.(request, init?.signal ?? undefined)
    if (odd) return odd
    const normal = answer()
    if (takesMs) await clock.sleep(takesMs, init?.signal ?? undefined)
    return normal
  }
  const client = createClient(
    around({
      server: { tokenEndpoint: 'https://as.test/token' },
      clientId: 'id',
      clientSecret: 's',
      fetch,
      clock,
      ...more,
    }),
  )
  return {
    client,
    clock,
    /** What was sent to the token endpoint, in order. */
    sent,
    refreshTokens: () => sent.map(({ form }) => form.get('refresh_token')),
    /** Does `turn` in place of the next answers, one each. */
    next: (...given: Turn[]) => turns.push(...given),
    /** Does as always from now on. */
    calm: () => turns.splice(0),
  }
}

export const fails =
  (error: string, status = 400): Turn =>
  () =>
    json({ error }, status)
export const status =
  (code: number, headers: Record<string, string> = {}): Turn =>
  () =>
    new Response('<html>', { status: code, headers })
export const resets: Turn = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
}
export const unreachable: Turn = () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }) })
}
export const hangs: Turn = (_, signal) =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
