import type { MockAuthorizationServer, MockAuthorizeOptions } from '../../src/testing/index.js'

type Fields = Readonly<Record<string, string>>

export const basic = (clientId: string, secret: string): Fields => ({
  authorization: `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${clientId}:${secret}`)))}`,
})

export interface WireAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
}

const read = async (response: Response): Promise<WireAnswer> => {
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
}

const post = async (mock: MockAuthorizationServer, url: string, form: Fields | string, headers: Fields) =>
  read(await mock.fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) }))

/** Posts a form to the token endpoint; a string goes as it is, and so may repeat a field. */
export const askToken = (mock: MockAuthorizationServer, form: Fields | string, headers: Fields = {}) =>
  post(mock, mock.server.tokenEndpoint, form, headers)

export const askRevocation = (mock: MockAuthorizationServer, form: Fields, headers: Fields = {}) =>
  post(mock, `${mock.server.revocationEndpoint}`, form, headers)

export const askDeviceAuthorization = (mock: MockAuthorizationServer, form: Fields, headers: Fields = {}) =>
  post(mock, `${mock.server.deviceAuthorizationEndpoint}`, form, headers)

export const askIntrospection = (mock: MockAuthorizationServer, form: Fields, headers: Fields = {}) =>
  post(mock, `${mock.server.introspectionEndpoint}`, form, headers)

export const get = async (mock: MockAuthorizationServer, url: string, headers: Fields = {}): Promise<WireAnswer> =>
  read(await mock.fetch(url, { headers }))

export const askResource = (mock: MockAuthorizationServer, accessToken: unknown, query = '') =>
  get(mock, `${mock.resource}${query}`, { authorization: `Bearer ${accessToken}` })

/** RFC 7636 Appendix B. */
export const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const s256 = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}

export const authorizationUrl = (mock: MockAuthorizationServer, query: Fields): string =>
  `${mock.server.authorizationEndpoint}?${new URLSearchParams({ response_type: 'code', state: 'af0ifjsldkj', ...query })}`

/** The parameters of the callback that an authorization request ends in. */
export const callbackOf = async (
  mock: MockAuthorizationServer,
  query: Fields,
  user?: MockAuthorizeOptions,
): Promise<Fields> =>
  Object.fromEntries(new URL(await mock.authorize(authorizationUrl(mock, query), user)).searchParams)

export const codeOf = async (mock: MockAuthorizationServer, query: Fields): Promise<string> =>
  `${(await callbackOf(mock, query))['code']}`
