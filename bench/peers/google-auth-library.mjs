import { OAuth2Client } from 'google-auth-library'

const clientOf = ({ tokenEndpoint, clientId, clientSecret, marginMs, timeoutMs }) =>
  new OAuth2Client({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: tokenEndpoint },
    eagerRefreshThresholdMillis: marginMs,
    forceRefreshOnFailure: true,
    // The fetch that all the others use; its own default is node-fetch.
    transporterOptions: { fetchImplementation: globalThis.fetch, ...(timeoutMs && { timeout: timeoutMs }) },
  })

const holderOf = (client) => ({
  token: () => client.getAccessToken(),
  get: async (url) => {
    try {
      return (await client.request({ url, responseType: 'text' })).status
    } catch (error) {
      if (error.response?.config?.url?.toString() === url) return error.response.status
      throw error
    }
  },
})

export const contender = {
  remark: 'its `refreshHandler`',
  mainly: 'session',
  service: (settings) => {
    const client = clientOf(settings)
    client.refreshHandler = async () => {
      const response = await fetch(settings.tokenEndpoint, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: settings.clientId,
          client_secret: settings.clientSecret,
        }),
      })
      const { access_token, expires_in } = await response.json()
      return { access_token, expiry_date: Date.now() + expires_in * 1000 }
    }
    return holderOf(client)
  },
  session: (settings, { access_token, refresh_token, expires_in }) => {
    const client = clientOf(settings)
    client.setCredentials({ access_token, refresh_token, expiry_date: Date.now() + expires_in * 1000 })
    return holderOf(client)
  },
}
