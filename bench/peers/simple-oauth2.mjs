import { AuthorizationCode, ClientCredentials } from 'simple-oauth2'
import { getWith } from './hand-written-cache.mjs'

const configOf = ({ tokenEndpoint, clientId, clientSecret, timeoutMs }) => {
  const { origin, pathname } = new URL(tokenEndpoint)
  return {
    client: { id: clientId, secret: clientSecret },
    auth: { tokenHost: origin, tokenPath: pathname },
    ...(timeoutMs && { http: { timeout: timeoutMs } }),
  }
}

const send = async (url, token) => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  await response.text()
  return response.status
}

/** Its README's way: look at `expired(window)`, and ask. */
const holderOf = (renew, marginMs, login) => {
  let held = login
  let refused = false
  const cache = {
    token: async () => {
      if (!held || refused || held.expired(marginMs / 1000)) {
        held = await renew(held)
        refused = false
      }
      return held.token.access_token
    },
    forget: () => {
      refused = true
    },
  }
  return { token: cache.token, get: getWith(cache, send) }
}

export const contender = {
  remark: 'its `expired()`',
  service: (settings) => {
    const client = new ClientCredentials(configOf(settings))
    return holderOf(() => client.getToken({}), settings.marginMs)
  },
  session: (settings, login) => {
    const client = new AuthorizationCode(configOf(settings))
    return holderOf((held) => held.refresh(), settings.marginMs, client.createToken(login))
  },
}
