import { get } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { authorizeNatively, type NativeClient } from '../../src/native/index.js'

// The browser's program runs on, and the user is back before it is known whether that has failed.
const client: NativeClient = {
  authorizationRequest: async ({ redirectUri }) => ({
    ...{ clientId: 'desk', state: 's', redirectUri },
    url: `https://as.test/authorize?redirect_uri=${redirectUri}`,
  }),
  exchangeCode: async () => ({ accessToken: 'at', tokenType: 'Bearer', raw: {} }),
}
await authorizeNatively(client, {
  onUrl: (url) => {
    get(`${new URL(url).searchParams.get('redirect_uri')}?code=c&state=s`, (page) => page.resume())
  },
})
await setImmediate()
process.exitCode = process.getActiveResourcesInfo().filter((name) => /Timeout|ProcessWrap/.test(name)).length
