import { type Client, type ClientOptions, createClient } from '../../src/index.js'

export interface Sent {
  readonly authorization: string | null
  readonly form: Readonly<Record<string, string>>
}

/** A client, and what it sends over the wire. */
export const recordingClient = (
  options: ClientOptions,
): { readonly client: Client; readonly sent: readonly Sent[] } => {
  const sent: Sent[] = []
  const client = createClient({
    ...options,
    fetch: (url, init) => {
      const form = Object.fromEntries(new URLSearchParams(`${init?.body}`))
      sent.push({ authorization: new Headers(init?.headers).get('authorization'), form })
      return fetch(url, init)
    },
  })
  return { client, sent }
}
