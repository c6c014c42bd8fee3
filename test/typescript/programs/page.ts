// A page, which knows no Node: what it exports is named in its own declarations.
import {
  bearerChallenge,
  bearerFetch,
  type Client,
  type ClientOptions,
  createClient,
  discover,
  encrypted,
  memoryStore,
  OAuthError,
  registerClient,
  type Session,
  stepUp,
  type Token,
  type TokenSource,
} from 'bearward'
import { authorizationRequest, authorizationResponse } from 'bearward/authorize'
import { createDPoP, storedKey } from 'bearward/dpop'
import { idTokenValidator, privateKeyJwt } from 'bearward/jwt'
import { cognito, google } from 'bearward/providers'
import { createManualClock, createMockAuthorizationServer } from 'bearward/testing'
import { webKey, webStore } from 'bearward/web'

const redirectUri = 'https://app.example.com/callback'

export const validator = idTokenValidator<{ email?: string }>()
export const dpop = createDPoP({ key: webKey() })
export const elsewhere = createDPoP({ key: storedKey(memoryStore(), 'key'), alg: 'EdDSA' })
export const client = createClient({ server: google, clientId: 'page', dpop, idToken: validator })
export const store = webStore({ name: 'app' })
export const session = client.sessionSource({ store, key: 'user' })
export const sealed = encrypted(store, { keys: [new Uint8Array(32)] })
export const api = bearerFetch(session, { origins: ['https://api.example.com'] })
export const constant: TokenSource = { token: async () => ({ accessToken: 'theirs', tokenType: 'Bearer', raw: {} }) }

export const login = async () => {
  const request = await client.authorizationRequest({ redirectUri, scope: ['openid', 'read'] })
  return { ...request, url: new URL(request.url) }
}

export const callback = async (location: string) => {
  const server = cognito({ domain: 'auth.example.com' })
  const request = await authorizationRequest({ server, clientId: 'page', redirectUri, scope: 'openid' })
  const { code } = await authorizationResponse(location, request)
  return { code, token: await client.exchangeCode(location, request) }
}

export const made = async (key: CryptoKey) => {
  const server = await discover('https://as.example.com', { timeoutMs: 1000 })
  const registration = await registerClient(server, { redirectUris: [redirectUri] })
  return createClient({ server, ...registration, clientAuthentication: privateKeyJwt({ key }) })
}

/** An absent option is one that is left out, and what the library gives it takes back as it is. */
export const again = async (token: Token, made: Client, options: ClientOptions): Promise<Session> => {
  const renewed = await made.refresh(token, { scope: token.scope ?? '' })
  await made.revoke(renewed, { hint: 'refresh_token' })
  await session.replace(renewed)
  return createClient({ ...options, timeoutMs: 1 }).sessionSource({ token: renewed })
}

export const explained = async (response: Response): Promise<string> => {
  try {
    return await response.text()
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    switch (error.code) {
      case 'error_response':
        return `${error.error} ${error.status.toFixed()}`
      case 'timeout':
        return error.delivery
      default:
        return error.code
    }
  }
}

export const mocked = async (key: CryptoKey) => {
  const clock = createManualClock()
  const jwk = await crypto.subtle.exportKey('jwk', key)
  const mock = createMockAuthorizationServer({ clients: [{ clientId: 'page', jwks: { keys: [jwk] } }], clock })
  await mock.authorize((await login()).url.href)
  return mock.requests.map(({ endpoint }) => endpoint)
}

export const wanted = async (response: Response) => stepUp(bearerChallenge(response) ?? {}, await session.token())

// What is wrong is refused: no type has become `any` on the way.
// @ts-expect-error a client has an id
createClient({ server: google })
// @ts-expect-error a text is no key
createDPoP({ key: 'key' })
// @ts-expect-error there is no such option
webStore({ names: 'app' })
// @ts-expect-error a number is no key
privateKeyJwt({ key: 1 })
// @ts-expect-error the claims are those that the validator was made for
export const phone = async (token: Token): Promise<number> => (await validator.claims(token)).email
