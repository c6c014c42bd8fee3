import { env } from 'cloudflare:workers'
import { OAuthError } from 'bearward'
import { ordersOf, stock } from './tokens.ts'

export { TokenRecord } from './token-record.ts'

const unauthorized = (challenge: string): Response =>
  new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })

/** GET /stock/ITEM: for everybody. Why the API refuses the shop is nobody's business, but for an item that there is none of. */
const showStock = async (item: string): Promise<Response> => {
  const response = await stock(`${env.STOCK_API}/items/${item}`)
  return response.ok || response.status === 404 ? response : new Response(null, { status: 502 })
}

/** GET /orders: for a user, who shows a token of theirs. */
const showOrders = async (request: Request): Promise<Response> => {
  const [, userToken] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (!userToken) return unauthorized('Bearer')
  try {
    const orders = await ordersOf(userToken)
    return await orders(`${env.ORDERS_API}/orders`)
  } catch (error) {
    const isRefused =
      error instanceof OAuthError && error.code === 'error_response' && error.error === 'invalid_request'
    if (isRefused) return unauthorized('Bearer error="invalid_token"')
    throw error
  }
}

const answer = async (request: Request): Promise<Response> => {
  const [, place, item] = new URL(request.url).pathname.split('/')
  if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } })
  if (place === 'stock' && item) return showStock(item)
  if (place === 'orders' && item === undefined) return showOrders(request)
  return new Response(null, { status: 404 })
}

export default {
  fetch: async (request) => {
    try {
      return await answer(request)
    } catch (error) {
      // Neither its message nor anything else in it holds a secret.
      console.error(error)
      return new Response(null, { status: 503, headers: { 'retry-after': '10' } })
    }
  },
} satisfies ExportedHandler<Cloudflare.Env>
