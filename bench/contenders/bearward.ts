import { bearerFetch, createClient, type TokenSource } from 'bearward'
import type { Contender, Holder, Settings } from '../contender.ts'

const clientOf = ({ tokenEndpoint, clientId, clientSecret, timeoutMs }: Settings) =>
  createClient({ server: { tokenEndpoint }, clientId, clientSecret, ...(timeoutMs && { timeoutMs }) })

const holderOf = (source: TokenSource, settings: Settings): Holder => {
  const api = bearerFetch(source, { origins: [new URL(settings.api).origin] })
  return {
    token: () => source.token(),
    current: () => source.current?.(),
    get: async (url) => {
      const response = await api(url)
      await response.text()
      return response.status
    },
  }
}

export const contender: Omit<Contender, 'name'> = {
  service: (settings) => holderOf(clientOf(settings).clientCredentialsSource(), settings),
  session: (settings, { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn }) =>
    holderOf(
      clientOf(settings).sessionSource({
        token: { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 },
      }),
      settings,
    ),
}
