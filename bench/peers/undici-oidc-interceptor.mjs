import { Agent, request } from 'undici'
import { createOidcInterceptor } from 'undici-oidc-interceptor'

const holderOf = (options, { tokenEndpoint, clientId, api }) => {
  const dispatcher = new Agent().compose(
    createOidcInterceptor({
      ...options,
      clientId,
      idpTokenUrl: tokenEndpoint,
      retryOnStatusCodes: [401],
      urls: [new URL(api).origin],
    }),
  )
  return {
    get: async (url) => {
      const { statusCode, body } = await request(url, { dispatcher })
      await body.text()
      return statusCode
    },
  }
}

export const contender = {
  remark: "undici's `request`",
  service: (settings) => holderOf({ clientSecret: settings.clientSecret }, settings),
  session: (settings, { access_token: accessToken, refresh_token: refreshToken }) =>
    holderOf({ accessToken, refreshToken }, settings),
}
