import type { AuthorizationRequest, Client, ClientAuthorizationRequestOptions, Token } from '../../src/index.js'
import { type Browser, createBrowser } from './browser.ts'
import { redirectUri } from './provider.ts'

export interface LoggedIn {
  readonly request: AuthorizationRequest
  readonly callback: Request
}

type Wanted = Partial<ClientAuthorizationRequestOptions> & { readonly browser?: Browser }

/** Sends a user to the server and back, in a browser where nobody is logged in unless one is given. */
export const logIn = async (client: Client, wanted: Wanted = {}): Promise<LoggedIn> => {
  const { browser = createBrowser(), ...options } = wanted
  const request = await client.authorizationRequest({ redirectUri, scope: 'openid read write', ...options })
  return { request, callback: await browser.visit(request.url, request.redirectUri) }
}

export const tokenOf = async (client: Client, wanted: Wanted = {}): Promise<Token> => {
  const { callback, request } = await logIn(client, wanted)
  return client.exchangeCode(callback, request)
}

/** The status with which a protected resource answers a token. */
export const statusWith = async (resource: string, token: { readonly accessToken: string }): Promise<number> =>
  (await fetch(resource, { headers: { authorization: `Bearer ${token.accessToken}` } })).status
