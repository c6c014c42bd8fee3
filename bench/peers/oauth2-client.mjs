import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client'

const holderOf = (options) => {
  const wrapper = new OAuth2Fetch(options)
  return {
    token: () => wrapper.getAccessToken(),
    get: async (url) => {
      const response = await wrapper.fetch(url)
      await response.text()
      return response.status
    },
  }
}

const clientOf = ({ tokenEndpoint, clientId, clientSecret }) =>
  new OAuth2Client({ tokenEndpoint, server: tokenEndpoint, clientId, clientSecret })

export const contender = {
  service: (settings) => {
    const client = clientOf(settings)
    return holderOf({ client, getNewToken: () => client.clientCredentials() })
  },
  session: (settings, { access_token: accessToken, refresh_token: refreshToken, expires_in }) =>
    holderOf({
      client: clientOf(settings),
      getStoredToken: () => ({ accessToken, refreshToken, expiresAt: Date.now() + expires_in * 1000 }),
      getNewToken: () => null, // the user would have to log in
    }),
}
