import fc from 'fast-check'
import { discover, discoverResource, registerClient } from '../../src/index.js'
import { damaged, mutatedJson } from './hostile.js'
import { isObject, must, settled, type Target, target } from './target.js'
import { answering, answerOf, clientOf, clock, echo, type GivenAnswer, hidden, secrets, server } from './wire.js'

const errors = { error: 'invalid_grant', error_description: `no: ${echo}`, error_uri: `https://e.test/?${echo}` }
const token = { access_token: 'at', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt', scope: 'a b' }
const known = [
  ...['id_token', 'refresh_token_expires_in', 'refresh_expires_in', 'authorization_details', 'issued_token_type'],
  ...['error', 'error_description', 'error_uri'],
]
const form = (fields: object) =>
  `${new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, `${value}`]))}`
const tokenBodies = damaged(
  fc.oneof(
    { weight: 5, arbitrary: mutatedJson(token, known) },
    { weight: 2, arbitrary: mutatedJson(errors, ['access_token', 'token_type']) },
    fc.constantFrom(form(token), form(errors), `<html>${echo}</html>`, '', 'null', '[]', '""'),
  ),
)

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

/** Finite where it is there: a moment that is none is printed as `null`, and never comes. */
const assertMoments = (fields: object, names: readonly string[]): void => {
  const values = new Map(Object.entries(fields))
  for (const name of names) must(Number.isFinite(values.get(name) ?? 0), `${name} is a finite number`)
}

const assertToken = (given: object, { body, status }: GivenAnswer): void => {
  const { accessToken, tokenType, raw } = given as { accessToken: string; tokenType: string; raw: unknown }
  must(status >= 200 && status < 300, 'a token comes with a success')
  must(/^[\x20-\x7e]+$/.test(accessToken), 'an access token is visible ASCII (RFC 6749 appendix A.12)')
  must(tokenType === 'Bearer', 'no token is of a type that the client cannot use (RFC 6749 §7.1)')
  must(isObject(raw) && Object.getPrototypeOf(given) === Object.prototype, 'a token is plain data')
  must(!('polluted' in given), 'a token inherits nothing from an answer')
  assertMoments(given, ['expiresAt', 'refreshTokenExpiresAt'])
  const json = parsed(body)
  if (isObject(json)) must(json['access_token'] === accessToken, 'the access token is the one in the answer')
  must(JSON.stringify(JSON.parse(JSON.stringify(given))) === JSON.stringify(given), 'JSON of a token is that token')
}

const request = {
  url: 'https://as.test/authorize',
  state: 'st',
  clientId: 'id',
  redirectUri: 'https://app.test/cb',
  codeVerifier: secrets.codeVerifier,
}

const tokens = target('token response', fc.tuple(answerOf(tokenBodies), fc.nat(3)), async ([given, kind]) => {
  const client = clientOf(answering(given))
  const calls = [
    () => client.refresh(secrets.refreshToken),
    () => client.clientCredentials({ scope: 'a' }),
    () => client.exchangeCode(`?code=${secrets.code}&state=st`, request),
    () => client.tokenExchange({ subjectToken: secrets.accessToken, subjectTokenType: 'access_token' }),
  ]
  const got = await settled<object | undefined>(calls[kind] ?? (() => undefined), { secrets: hidden })
  // What is exchanged may be no access token (RFC 8693 §2.2.1).
  if (got && kind < 3) assertToken(got, given)
})

const revocation = target('revocation response', answerOf(tokenBodies), async (given) => {
  await settled(() => clientOf(answering(given)).revoke(secrets.refreshToken), { secrets: hidden })
})

const introspected = {
  active: true,
  scope: 'a',
  client_id: 'id',
  exp: 1,
  iat: 1,
  sub: 'u',
  aud: ['a'],
  iss: 'https://as.test',
}

const introspection = target(
  'introspection response',
  answerOf(damaged(mutatedJson(introspected, ['nbf', 'jti', 'username', 'error']))),
  async (given) => {
    const got = await settled(() => clientOf(answering(given)).introspect(secrets.accessToken), { secrets: hidden })
    if (!got) return
    must(given.status === 200, 'an introspection comes with a 200')
    must(typeof got.active === 'boolean', 'active is a boolean (RFC 7662 §2.2)')
    const json = parsed(given.body)
    if (isObject(json)) must(json['active'] === got.active, 'active is what the answer says')
    assertMoments(got, ['expiresAt', 'issuedAt', 'notBefore'])
  },
)

const claims = {
  ...{ sub: 'ada', name: 'Ada', email: 'a@a.test', email_verified: true, updated_at: 1, address: { country: 'UK' } },
  phone_number_verified: 'true',
}

const userinfo = target('userinfo response', answerOf(damaged(mutatedJson(claims, ['error']))), async (given) => {
  const call = () => clientOf(answering(given)).userinfo(secrets.accessToken, { subject: 'ada' })
  const got = await settled(call, { secrets: hidden })
  if (!got) return
  must(
    got.subject === 'ada' && given.status === 200,
    'the claims of nobody else are taken (OpenID Connect Core §5.3.2)',
  )
  const json = parsed(given.body)
  if (isObject(json)) must(json['sub'] === 'ada', 'the subject is the one in the answer')
  assertMoments(got, ['updatedAt'])
})

const device = { device_code: 'dc', user_code: 'uc', verification_uri: 'https://as.test/d', expires_in: 9, interval: 1 }

const deviceAuthorization = target(
  'device authorization response',
  fc.tuple(answerOf(damaged(mutatedJson(device, ['verification_url', 'error']))), answerOf(tokenBodies)),
  async ([given, polled]) => {
    let time = clock.now()
    let asked = 0
    const ticking = {
      now: () => time,
      sleep: async (ms: number) => {
        if (ms === 10_000) return new Promise<void>(() => {})
        time += Math.max(ms, 1)
      },
    }
    const fetch: typeof globalThis.fetch = (input, init) =>
      answering(
        asked++ ? (asked > 20 ? { ...polled, status: 400, body: '{"error":"access_denied"}' } : polled) : given,
      )(input, init)
    const client = clientOf(fetch, { clock: ticking })
    const got = await settled(() => client.deviceAuthorization(), { secrets: hidden })
    if (!got) return
    must(got.userCode && got.verificationUri, 'the user is told a code and a place (RFC 8628 §3.2)')
    must(got.interval > 0 && got.expiresIn > 0, 'interval and expiresIn are above zero')
    assertMoments(got, ['interval', 'expiresIn'])
    const taken = await settled(() => got.token(), { secrets: hidden })
    if (taken) assertToken(taken, polled)
  },
)

const pushed = target(
  'pushed authorization response',
  answerOf(damaged(mutatedJson({ request_uri: 'urn:x', expires_in: 60 }, ['error'])), 201),
  async (given) => {
    const client = clientOf(answering(given))
    const call = () => client.authorizationRequest({ redirectUri: 'https://app.test/cb', pushed: true })
    const got = await settled(call, { secrets: hidden })
    if (!got) return
    const { origin, pathname, searchParams } = new URL(got.url)
    must(`${origin}${pathname}` === server.authorizationEndpoint, 'the user is sent to the endpoint of the server')
    must([...searchParams.keys()].sort().join() === 'client_id,request_uri', 'the URL has the reference, and no more')
    must(given.status === 201, 'a pushed request is answered with 201 (RFC 9126 §2.2)')
    assertMoments(got, ['expiresAt'])
  },
)

const registered = { client_id: 'new', client_secret: 's', client_secret_expires_at: 0, registration_access_token: 'r' }

const registration = target(
  'registration response',
  answerOf(damaged(mutatedJson(registered, ['token_endpoint_auth_method', 'client_id_issued_at', 'error'])), 201),
  async (given) => {
    const options = { fetch: answering(given), clock, initialAccessToken: secrets.accessToken }
    const call = () => registerClient(server, { redirectUris: ['https://app.test/cb'] }, options)
    const got = await settled(call, { secrets: [secrets.accessToken] })
    if (!got) return
    must(typeof got.clientId === 'string' && got.clientId, 'a client has an id (RFC 7591 §3.2.1)')
    assertMoments(got, ['clientSecretExpiresAt', 'clientIdIssuedAt'])
  },
)

const isSecure = (url: unknown): boolean => {
  const { protocol, hostname } = URL.parse(`${url}`) ?? {}
  return protocol === 'https:' || /^(localhost|127\..*|\[::1\]|.*\.localhost)$/.test(`${hostname}`)
}

const metadata = {
  ...{ issuer: 'https://as.test', token_endpoint: 'https://as.test/token', jwks_uri: 'https://as.test/jwks' },
  ...{
    grant_types_supported: ['a'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint: 'https://as.test/r',
  },
  mtls_endpoint_aliases: { token_endpoint: 'https://m.as.test/token' },
}

const discovery = target(
  'discovery document',
  answerOf(damaged(mutatedJson(metadata, ['tokenEndpoint', 'default_expires_in', 'userinfo_endpoint', 'error']))),
  async (given) => {
    const got = await settled(() => discover('https://as.test', { fetch: answering(given), clock }))
    if (!got) return
    must(got.issuer === 'https://as.test', 'the document names the issuer it was asked of (RFC 8414 §3.3)')
    for (const [name, url] of Object.entries(got)) {
      if (/Endpoint$|^jwksUri$/.test(name)) must(isSecure(url), `${name} is https`)
    }
    must(got.defaultExpiresIn === undefined, 'a document does not set facts of ours')
    await settled(() => clientOf(answering(given), { server: got }).clientCredentials(), { secrets: hidden })
  },
)

const resource = { resource: 'https://api.test/a', authorization_servers: ['https://as.test'], scopes_supported: ['a'] }

const resourceMetadata = target(
  'resource metadata',
  fc.tuple(
    answerOf(damaged(mutatedJson(resource, ['jwks_uri', 'authorizationServers', 'error']))),
    damaged(fc.constant('Bearer error="x", resource_metadata="https://api.test/m"')),
  ),
  async ([given, challenge]) => {
    const headers = { get: () => challenge } as unknown as Headers
    const options = { fetch: answering(given), clock, response: { headers } }
    const got = await settled(() => discoverResource('https://api.test/a', options))
    if (!got) return
    must(new URL(got.resource).origin === 'https://api.test', 'the document is that of the resource (RFC 9728 §3.3)')
    must(got.authorizationServers.every(isSecure), 'each authorization server is https')
  },
)

export const answers: readonly Target[] = [
  ...[tokens, revocation, introspection, userinfo, deviceAuthorization, pushed, registration, discovery],
  resourceMetadata,
]
