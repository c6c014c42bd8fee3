import { createClient } from 'bearward'

export const job = async (server, clientId, clientSecret, callback, pending) => {
  const client = createClient({ server, clientId, clientSecret })
  return client.refresh(await client.exchangeCode(callback, pending))
}
