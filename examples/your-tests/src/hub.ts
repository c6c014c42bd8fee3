import { type AuthorizationServer, bearerFetch, createClient } from 'bearward'
import { miwa } from 'bearward/providers'
import type { Digest } from './digest.ts'

export interface HubOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** @default miwa */
  readonly server?: AuthorizationServer
  /** @default 'https://hub.example.com' */
  readonly url?: string
}

/** Where digests go. It was written without a thought of tests: it calls the runtime's fetch, and nothing can be handed in. */
export const openHub = ({ clientId, clientSecret, server = miwa, url = 'https://hub.example.com' }: HubOptions) => {
  const tokens = createClient({ server, clientId, clientSecret }).clientCredentialsSource()
  const api = bearerFetch(tokens, { origins: [url] })
  return {
    post: async (digest: Digest): Promise<void> => {
      const headers = { 'content-type': 'application/json' }
      const answer = await api(`${url}/digests`, { method: 'POST', headers, body: JSON.stringify(digest) })
      if (!answer.ok) throw new Error(`the hub answered ${answer.status}`)
    },
  }
}
