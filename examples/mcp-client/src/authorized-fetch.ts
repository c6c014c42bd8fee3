import {
  bearerChallenge,
  bearerFetch,
  createClient,
  discover,
  discoverResource,
  stepUp,
  type TokenStore,
} from 'bearward'
import { authorizeNatively } from 'bearward/native'
import { forgettingSource } from './forgetting-source.ts'
import { forgetIdentity, identityAt } from './identity.ts'
import { loginSource } from './login-source.ts'
import { singleFlight } from './single-flight.ts'

export interface AuthorizedFetchOptions {
  /** Where registrations and tokens are kept between runs. */
  readonly store: TokenStore
  /** Is told where the user is sent. */
  readonly onUrl: (url: string) => void
}

/** What an MCP client sends first. Without a token, a server that wants one says where it comes from. */
const ping = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'ping' }),
}

/** A `fetch` for one MCP server, of which nothing is known but its URL. */
export const authorizedFetch = async (
  url: string,
  { store, onUrl }: AuthorizedFetchOptions,
): Promise<typeof globalThis.fetch> => {
  const refusal = await fetch(url, ping)
  await refusal.body?.cancel()
  if (refusal.status !== 401) return fetch

  // 1. The server says whose tokens it takes. That the document is its own is checked.
  const { resource, authorizationServers, scopesSupported } = await discoverResource(url, { response: refusal })
  const [issuer] = authorizationServers
  if (!issuer) throw new Error('this server does not say who issues its tokens')

  // 2. The authorization server says what it can do. That it is the one that was named is checked.
  const server = await discover(issuer)
  if (!server.codeChallengeMethodsSupported?.includes('S256'))
    throw new Error(`${issuer} does not say that it has PKCE`)

  // 3. A client there, and the session of its user, for every run of this program.
  const identity = await identityAt(server, store)
  const { clientId } = identity
  const client = createClient({ server, ...identity })
  const session = client.sessionSource({ store, key: `session of ${clientId} at ${resource} from ${issuer}` })

  // 4. The user is asked for this resource and no other, with the scope that the challenge wants.
  const scope = bearerChallenge(refusal)?.scope ?? scopesSupported ?? []
  const logIn = singleFlight(async (wanted: { readonly scope?: string | readonly string[] }) =>
    session.replace(await authorizeNatively(client, { scope, ...wanted, resource, onUrl })),
  )
  const login = loginSource(session, () => logIn({}))
  const tokens = forgettingSource(login, () => forgetIdentity(server, store, clientId))

  // 5. Each call has a token, and what wants more of the user than they have given has them asked again.
  const authorized = bearerFetch(tokens, { origins: [new URL(url).origin] })
  return async (input, init) => {
    const response = await authorized(input, init)
    const challenge = response.status === 403 ? bearerChallenge(response) : undefined
    if (challenge?.error !== 'insufficient_scope') return response
    const granted = session.current()
    const wanted = stepUp(challenge, granted)
    // They have given all of it already: to ask for the same again would help nobody.
    if (wanted.scope === granted?.scope) return response
    await response.body?.cancel()
    await logIn(wanted)
    return authorized(input, init)
  }
}
