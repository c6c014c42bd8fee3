import fc from 'fast-check'
import { challengesOf } from '../../src/core/challenge.js'
import { createDPoP } from '../../src/dpop/index.js'
import { bearerChallenge, bearerFetch, stepUp } from '../../src/index.js'
import { lifetimeMs } from '../../src/protocol/document-cache.js'
import { retryAfterMs } from '../../src/protocol/retry-after.js'
import { damaged, headerSafe, hostileHeader, prototypeNames } from './hostile.js'
import { must, settled, type Target, target } from './target.js'
import { clock, secrets } from './wire.js'

const tokenText = fc.stringMatching(/^[a-z0-9!#$%&'*+.^_`|~-]{1,8}$/)
const parameter = fc.tuple(
  fc.oneof(tokenText, fc.constantFrom('realm', 'scope', 'error', 'max_age', 'acr_values', ...prototypeNames)),
  fc.stringMatching(/^[\x20-\x7e]{0,12}$/),
)
const challenge = fc.record({ scheme: tokenText, parameters: fc.array(parameter, { minLength: 1, maxLength: 4 }) })

type Written = readonly { readonly scheme: string; readonly parameters: readonly (readonly [string, string])[] }[]

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`
const written = (challenges: Written): string =>
  challenges
    .map(
      ({ scheme, parameters }) => `${scheme} ${parameters.map(([name, text]) => `${name}=${quoted(text)}`).join(', ')}`,
    )
    .join(', ')

const roundTrip = target('challenges as they are written', fc.array(challenge, { maxLength: 3 }), (challenges) => {
  const read = challengesOf(written(challenges))
  must(read.length === challenges.length, 'every challenge is read')
  challenges.forEach(({ scheme, parameters }, at) => {
    must(read[at]?.scheme === scheme, `the scheme is read: ${read[at]?.scheme}`)
    const first = new Map([...parameters].reverse().map(([name, text]) => [name.toLowerCase(), text]))
    for (const [name, text] of first) {
      // No RFC has a parameter of such a name: it is left out.
      if (name in {}) continue
      const found = read[at]?.parameters[name]
      must(found === text, `${name} is read as it was written, not as ${typeof found}`)
    }
  })
})

const hostileChallenge = fc.oneof(
  damaged(fc.array(challenge, { maxLength: 3 }).map(written)).map(headerSafe),
  hostileHeader,
)

const challenges = target('hostile challenges', hostileChallenge, (header) => {
  for (const { scheme, parameters } of challengesOf(header)) {
    must(typeof scheme === 'string' && scheme === scheme.toLowerCase(), 'a scheme is a text in lower case')
    for (const value of Object.values(parameters)) must(typeof value === 'string', 'a parameter is a text')
  }
  const bearer = bearerChallenge(new Response(null, { status: 401, headers: { 'www-authenticate': header } }))
  for (const value of Object.values({ ...bearer, maxAge: undefined })) {
    must(value === undefined || typeof value === 'string', 'what a challenge says is a text')
  }
  if (bearer?.maxAge !== undefined) must(Number.isFinite(bearer.maxAge), 'max_age is a finite number')
  if (bearer) must(typeof stepUp(bearer).parameters === 'object', 'a step-up comes of it')
})

const refusedFetch = target('a challenge that refuses a token', hostileChallenge, async (header) => {
  let sent = 0
  const fetch: typeof globalThis.fetch = async () => {
    sent++
    return new Response(null, { status: 401, headers: { 'www-authenticate': header } })
  }
  const source = { token: async () => ({ accessToken: secrets.accessToken, tokenType: 'Bearer', raw: {} }) }
  await settled(() => bearerFetch(source, { origins: ['https://api.test'], fetch })('https://api.test/'), {
    secrets: [secrets.accessToken],
  })
  must(sent >= 1 && sent <= 2, `a refused request is sent twice at most, not ${sent} times`)
})

const dates = [
  'Thu, 01 Jan 2030 00:00:00 GMT',
  'Thu, 01 Jan 1970 00:00:00 GMT',
  '9'.repeat(400),
  '120',
  '-5',
  '+275760-09-13',
]
const dated = fc.oneof(damaged(fc.constantFrom(...dates)).map(headerSafe), hostileHeader)

const retryAfter = target('Retry-After and Date', fc.tuple(dated, dated), ([after, date]) => {
  const ms = retryAfterMs(new Headers({ 'retry-after': after, date }), clock.now())
  must(ms === undefined || (Number.isFinite(ms) && ms >= 0), `a wait is finite and not negative: ${ms}`)
})

const controls = [
  'max-age=60',
  'no-store',
  'private, max-age="60"',
  's-maxage=9, max-age=0',
  `max-age=${'9'.repeat(400)}`,
]
const control = fc.oneof(damaged(fc.constantFrom(...controls)).map(headerSafe), hostileHeader)

const cacheControl = target('Cache-Control and Age', fc.tuple(control, dated), ([cache, age]) => {
  const ms = lifetimeMs(new Headers({ 'cache-control': cache, age }))
  must(ms >= 0 && ms <= 86_400_000, `a document is kept from nothing to a day: ${ms}`)
  const plain = cache.match(/^max-age=(\d+)$/)?.[1]
  if (plain) must(ms <= Number(plain) * 1000, 'nothing is kept longer than max-age, whatever its Age')
})

let shared: ReturnType<typeof createDPoP> | undefined

const nonces = target(
  'DPoP nonces',
  fc.tuple(fc.array(hostileHeader, { maxLength: 3 }), hostileHeader),
  async ([given, www]) => {
    shared ??= createDPoP({ clock })
    const asked = { method: 'POST', url: 'https://as.test/token' }
    let last: string | undefined
    for (const nonce of given) {
      const proof = await shared.prove(asked)
      const headers = new Headers({ 'dpop-nonce': nonce, 'www-authenticate': www })
      proof.heed({ status: 400, headers }, 'use_dpop_nonce')
      last = headers.get('dpop-nonce') || last
    }
    const { header } = await shared.prove(asked)
    must(/^[\w-]+\.[\w-]+\.[\w-]+$/.test(header), 'a proof is a compact JWS')
    const claims = JSON.parse(Buffer.from(header.split('.')[1] ?? '', 'base64url').toString())
    if (last !== undefined) must(claims.nonce === last, 'a proof has the newest nonce (RFC 9449 §8)')
  },
)

export const headers: readonly Target[] = [roundTrip, challenges, refusedFetch, retryAfter, cacheControl, nonces]
