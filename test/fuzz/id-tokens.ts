import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { readJwt } from '../../src/command/jwt.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { damaged, hostileText, mutatedJson } from './hostile.js'
import { isObject, must, settled, type Target, target } from './target.js'
import { clientOf, clock, secrets, server } from './wire.js'

interface Keys {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwks: string
}

let made: Keys | undefined

const keys = (): Keys => {
  if (made) return made
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }
  made = { privateKey, publicKey, jwks: JSON.stringify({ keys: [jwk] }) }
  return made
}

const now = clock.now() / 1000
const goodHeader = { alg: 'ES256', kid: 'k1', typ: 'JWT' }
const goodClaims = { iss: server.issuer, sub: 'ada', aud: 'id', exp: now + 300, iat: now, nonce: 'the-nonce' }

const headers = fc.oneof(
  { weight: 3, arbitrary: fc.constant(JSON.stringify(goodHeader)) },
  mutatedJson(goodHeader, ['crit', 'jwk', 'jku', 'x5c', 'b64', 'zip']),
  fc.constantFrom('{"alg":"none"}', '{"alg":"HS256","kid":"k1"}', '{"alg":"ES256","crit":["b64"],"b64":false}'),
)
const payloads = fc.oneof(
  { weight: 3, arbitrary: mutatedJson(goodClaims, ['azp', 'at_hash', 'auth_time', 'nbf']) },
  damaged(fc.constant(JSON.stringify(goodClaims))),
)

const encoded = (text: string) => Buffer.from(text).toString('base64url')

const signed = ([header, payload]: readonly [string, string]): string => {
  const text = `${encoded(header)}.${encoded(payload)}`
  const signature = sign('sha256', Buffer.from(text), { key: keys().privateKey, dsaEncoding: 'ieee-p1363' })
  return `${text}.${signature.toString('base64url')}`
}

const idTokens = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(headers, payloads).map(signed) },
  damaged(fc.tuple(headers, payloads).map(signed)),
  hostileText,
)

const jsonOf = (part: string | undefined): unknown => {
  try {
    // RFC 8259 §8.1 lets a reader pass over a byte order mark.
    return JSON.parse(new TextDecoder().decode(Buffer.from(part ?? '', 'base64url')))
  } catch {
    return undefined
  }
}

/** OpenID Connect Core §3.1.3.7, read once more. */
const assertRight = (idToken: string): void => {
  const [first, second, third, ...more] = idToken.split('.')
  const header = jsonOf(first)
  const claims = jsonOf(second)
  must(isObject(header) && isObject(claims) && more.length === 0, 'an ID token is a JWS of two objects')
  if (!isObject(header) || !isObject(claims)) return
  must(header['alg'] === 'ES256' && header['crit'] === undefined, 'the algorithm is one that the server names')
  const text = Buffer.from(`${first}.${second}`)
  const key = { key: keys().publicKey, dsaEncoding: 'ieee-p1363' } as const
  must(verify('sha256', text, key, Buffer.from(third ?? '', 'base64url')), 'it is signed by the server')
  must(claims['iss'] === server.issuer, 'iss is the issuer')
  must([claims['aud']].flat().includes('id'), 'aud has the client')
  must(claims['azp'] === undefined || claims['azp'] === 'id', 'azp is the client')
  must([claims['aud']].flat().length === 1 || claims['azp'] === 'id', 'one for several says for whom')
  must(typeof claims['sub'] === 'string' && claims['sub'] !== '', 'sub is a user')
  must(typeof claims['exp'] === 'number' && claims['exp'] > now - 60, 'it has not expired')
  must(typeof claims['iat'] === 'number' && claims['iat'] <= now + 60, 'it does not come from the future')
  must(claims['nonce'] === 'the-nonce', 'the nonce is that of the request')
  must(claims['nbf'] === undefined || Number(claims['nbf']) <= now + 60, 'it is valid by now')
}

const judged = { ...server, jwksUri: 'https://as.test/jwks', idTokenSigningAlgValuesSupported: ['ES256', 'none'] }
const request = {
  ...{ url: 'https://as.test/authorize', state: 'st', clientId: 'id', redirectUri: 'https://app.test/cb' },
  ...{ codeVerifier: secrets.codeVerifier, nonce: 'the-nonce' },
}

const serverWith =
  (idToken: string, jwks = keys().jwks): typeof globalThis.fetch =>
  async (input) =>
    new Response(`${input}`.endsWith('/jwks') ? jwks : JSON.stringify({ access_token: 'at', id_token: idToken }))

const login = (fetch: typeof globalThis.fetch) =>
  settled(
    () =>
      clientOf(fetch, { server: judged, idToken: idTokenValidator() }).exchangeCode(
        `?code=${secrets.code}&state=st`,
        request,
      ),
    { secrets: hidden },
  )

const hidden = Object.values(secrets)

const validation = target('ID token', idTokens, async (idToken) => {
  const got = await login(serverWith(idToken))
  if (got) assertRight(idToken)
})

const publicKeys = fc.constant(undefined).chain(() => {
  const set = JSON.parse(keys().jwks)
  const key = mutatedJson(set.keys[0], ['d', 'key_ops', 'issuer', 'n', 'e', 'k'])
  return damaged(
    fc.oneof(
      key.map((one) => `{"keys":[${one}]}`),
      mutatedJson(set),
    ),
  )
})

const keySets = target('key set', publicKeys, async (jwks) => {
  await login(serverWith(signed([JSON.stringify(goodHeader), JSON.stringify(goodClaims)]), jwks))
})

const inspected = target('JWT that is inspected', idTokens, (text) => {
  const read = readJwt(text)
  if (read) must(isObject(read.header) && (read.claims === undefined || isObject(read.claims)), 'it is read as objects')
})

export const idTokenTargets: readonly Target[] = [validation, keySets, inspected]
