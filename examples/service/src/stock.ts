import { bearerFetch, type TokenSource } from 'bearward'

export interface Item {
  readonly id: string
  readonly inStock: number
}

/** The API that this service calls: all that the rest of the program knows of it, and nothing of tokens. */
export interface Stock {
  /** @returns `undefined` for an item that there is not */
  item(id: string): Promise<Item | undefined>
}

export interface StockOptions {
  /** Where the API is, such as `https://stock.example.com`. */
  readonly url: string
  readonly tokens: TokenSource
  /** For tests: what sends the requests. */
  readonly fetch?: typeof globalThis.fetch
}

/** The API answered, but not with what was asked for. */
export class StockError extends Error {
  override readonly name = 'StockError'
}

export const stockApi = ({ url, tokens, fetch }: StockOptions): Stock => {
  // The token goes to this origin and no other, across redirects too. A 401 renews it, and the call is made once more.
  const api = bearerFetch(tokens, { origins: [new URL(url).origin], ...(fetch && { fetch }) })
  return {
    item: async (id) => {
      const response = await api(new URL(`/items/${encodeURIComponent(id)}`, url), {
        signal: AbortSignal.timeout(10_000),
      })
      if (response.status === 404) return undefined
      if (!response.ok) throw new StockError(`the stock API answered ${response.status}`)
      return (await response.json()) as Item
    },
  }
}
