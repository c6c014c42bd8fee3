import { env, waitUntil } from 'cloudflare:workers'
import { bearerFetch, createClient } from 'bearward'
import { durableStore } from './durable-store.ts'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, STOCK_API, ORDERS_API, TOKENS } = env

// Made once in an isolate, which serves many requests. Making it sends nothing, which workers could not do here.
const client = createClient({
  server: { issuer: ISSUER, tokenEndpoint: `${ISSUER}/token` },
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  onEvent: (event) => {
    // A user's token that is not good is no failure of ours.
    const isOurs = event.source.startsWith('client_credentials')
    if (isOurs && event.type === 'renewal_failed') console.warn(event.source, event.verdict, event.error)
  },
})

/** The shop's own token: one for all isolates, wherever they run. It is renewed ahead, behind the answer to a request. */
const own = client.clientCredentialsSource({ scope: 'stock:read', store: durableStore(TOKENS), waitUntil })

/** Calls the stock API in the name of the shop. */
export const stock = bearerFetch(own, { origins: [STOCK_API] })

/** How many users an isolate remembers. */
const mostUsers = 1000

/** The latest ones are last. */
const users = new Map<string, typeof fetch>()

/**
 * Calls the orders API in the name of a user: with a token for that API, exchanged for the one that they have shown (RFC 8693). An
 * isolate keeps it for the next call.
 * @throws {OAuthError} `error_response` with `invalid_request` for a token that is not good.
 */
export const ordersOf = async (userToken: string): Promise<typeof fetch> => {
  let orders = users.get(userToken)
  if (!orders) {
    const source = client.tokenExchangeSource({
      subjectToken: userToken,
      subjectTokenType: 'access_token',
      audience: ORDERS_API,
      scope: 'orders:read',
      waitUntil,
    })
    // Nobody is remembered for a token that is not good.
    await source.token()
    orders = bearerFetch(source, { origins: [ORDERS_API] })
  }
  users.delete(userToken)
  users.set(userToken, orders)
  if (users.size > mostUsers) users.delete(`${users.keys().next().value}`)
  return orders
}
