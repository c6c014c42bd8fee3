// A fetch with a source of the app's own: nothing here talks to an authorization server.
import { bearerFetch } from 'bearward'

globalThis.run = async ({ resource, accessToken }) => {
  const source = { token: async () => ({ accessToken }) }
  return (await bearerFetch(source, { origins: [new URL(resource).origin] })(resource)).status
}
