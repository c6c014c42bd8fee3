import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { describeTabs } from './tabs.js'

const clientId = 'app'
const mock = createMockAuthorizationServer({ clients: [{ clientId, redirectUris: ['https://app.test/'] }] })

const tokenEndpoint = (form: string): Promise<Response> =>
  mock.fetch(`${mock.server.tokenEndpoint}`, { method: 'POST', body: new URLSearchParams(form) })

const renewals = () => mock.requests.filter(({ endpoint }) => endpoint === 'token').length

/** What the app of a tab has in hand, or why it has nothing. */
const start = (page: Page, perTab = false) =>
  page.evaluate((perTab) => {
    const server = { tokenEndpoint: `${location.origin}/token` }
    const client = window.createClient({
      server,
      clientId: 'app',
      onEvent: ({ type }) => {
        document.title += ` ${type}`
      },
    })
    Object.assign(window, { session: client.sessionSource({ store: window.webStore({ perTab }), key: 'user' }) })
  }, perTab)

interface App {
  readonly session: ReturnType<ReturnType<Window['createClient']>['sessionSource']>
}

const inHand = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as App).session.token().then(
      ({ accessToken }) => accessToken,
      ({ code }) => `${code}`,
    ),
  )

const logIn = (page: Page) => {
  const token = mock.issue({ clientId })
  return page
    .evaluate((token) => (window as unknown as App).session.replace(token), token)
    .then(() => `${token.accessToken}`)
}

describeTabs(
  'a single-page app in many tabs',
  (bench) => {
    const openApps = async (perTab?: boolean) => {
      const pages = [await bench.user.tab(), await bench.user.tab(), await bench.user.tab()] as const
      for (const page of pages) await start(page, perTab)
      return pages
    }

    it('is logged in in all tabs when it is in one, and logged out likewise', async () => {
      const [first, second, third] = await openApps()
      expect(await inHand(second)).toBe('session_ended')
      const accessToken = await logIn(first)
      for (const page of [first, third]) expect(await inHand(page)).toBe(accessToken)
      // One that has asked before, in vain, hears of it by itself.
      await second.waitForFunction(() => document.title.includes('adopted'))
      expect(await inHand(second)).toBe(accessToken)
      await third.evaluate(() => (window as unknown as App).session.end())
      await first.waitForFunction(() => document.title.includes('session_ended'))
      for (const page of [first, second, third]) expect(await inHand(page)).toBe('session_ended')
    })

    it('renews once, however many tabs want it', async () => {
      const [first, second, third] = await openApps()
      const { refreshToken } = mock.issue({ clientId })
      const before = renewals()
      await first.evaluate((token) => (window as unknown as App).session.replace(token), {
        refreshToken: `${refreshToken}`,
      })
      const tokens = await Promise.all([first, second, third].map(inHand))
      expect(new Set(tokens).size).toBe(1)
      expect(tokens[0]).not.toMatch(/session|store|error/)
      expect(renewals() - before).toBe(1)
    })

    it('goes on after a reload without asking the server', async () => {
      const [first] = await openApps()
      const accessToken = await logIn(first)
      const before = renewals()
      await first.reload()
      await start(first)
      expect(await inHand(first)).toBe(accessToken)
      expect(renewals()).toBe(before)
    })

    it('is logged in as somebody else in each tab, if it wants to be', async () => {
      const [first, second] = await openApps(true)
      const [one, other] = [await logIn(first), await logIn(second)]
      expect(one).not.toBe(other)
      expect([await inHand(first), await inHand(second)]).toEqual([one, other])
      await first.evaluate(() => (window as unknown as App).session.end())
      expect([await inHand(first), await inHand(second)]).toEqual(['session_ended', other])
    })
  },
  { '/token': tokenEndpoint },
)
