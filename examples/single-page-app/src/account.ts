import { bearerFetch, createClient, OAuthError, type TokenEvent } from 'bearward'
import { createDPoP } from 'bearward/dpop'
import { webKey, webStore } from 'bearward/web'

const issuer = import.meta.env.VITE_ISSUER
const clientId = import.meta.env.VITE_CLIENT_ID

/** Your server's own, from its documentation. `discover(issuer)` finds them too, at the cost of a request with each page. */
const server = {
  issuer,
  authorizationEndpoint: `${issuer}/authorize`,
  tokenEndpoint: `${issuer}/token`,
  revocationEndpoint: `${issuer}/revoke`,
  // Callbacks must say who they are from (RFC 9207).
  authorizationResponseIssParameterSupported: true,
}

/** The API: tokens are asked for it (RFC 8707), and go to it alone. */
export const apiUrl = import.meta.env.VITE_API

export const callbackPath = '/callback'
const pendingItem = 'pending login'

export interface Account {
  /** `fetch`, with the user's token. It rejects with `session_ended` if nobody is logged in. */
  readonly api: typeof fetch
  /** Sends the user away to log in. */
  logIn(): Promise<void>
  /** Takes what the user has come back with. */
  finishLogIn(): Promise<void>
  /** Logs out in all tabs, and has the tokens revoked. */
  logOut(): Promise<void>
}

/** The user of this browser: one login and one key for all tabs. */
export const openAccount = (hear: (event: TokenEvent) => void): Account => {
  const client = createClient({ server, clientId, dpop: createDPoP({ key: webKey() }), onEvent: hear })
  const session = client.sessionSource({ store: webStore(), key: 'user' })

  return {
    api: bearerFetch(session, { origins: [apiUrl] }),

    logIn: async () => {
      const redirectUri = new URL(callbackPath, location.origin).href
      const request = await client.authorizationRequest({ redirectUri, scope: 'notes', resource: apiUrl })
      // It waits in this tab alone. The verifier in it is worth nothing without the code.
      sessionStorage.setItem(pendingItem, JSON.stringify(request))
      location.assign(request.url)
    },

    finishLogIn: async () => {
      const callback = location.href
      const pending = sessionStorage.getItem(pendingItem)
      sessionStorage.removeItem(pendingItem)
      // A reload must not send the code again, nor may it stay in the history.
      history.replaceState(null, '', '/')
      if (!pending) throw new OAuthError('state_mismatch', 'no login was begun in this tab')
      await session.replace(await client.exchangeCode(callback, JSON.parse(pending)))
    },

    logOut: () => session.end(),
  }
}
