import type { Page } from 'playwright'
import { beforeEach, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServer } from '../../src/testing/index.js'
import { describeTabs } from '../stores/tabs.js'
import { claimsAt } from './proofs.js'

const clientId = 'app'
let mock: MockAuthorizationServer

const headersOf = (authorization?: string, dpop?: string) => ({
  ...(authorization && { authorization }),
  ...(dpop && { dpop }),
})

const backend = {
  '/token': (form: string, authorization?: string, dpop?: string) =>
    mock.fetch(mock.server.tokenEndpoint, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: headersOf(authorization, dpop),
    }),
  '/resource': (_: string, authorization?: string, dpop?: string) =>
    mock.fetch(mock.resource, { headers: headersOf(authorization, dpop) }),
}

interface App {
  readonly session: ReturnType<ReturnType<Window['createClient']>['sessionSource']>
  readonly call: () => Promise<number | string>
}

/** An app whose session and whose key are shared by all tabs. @returns the thumbprint of the key. */
const start = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const dpop = window.createDPoP({ key: window.webKey() })
    const server = { tokenEndpoint: `${location.origin}/token` }
    const session = window
      .createClient({ server, clientId: 'app', dpop })
      .sessionSource({ store: window.webStore(), key: 'user' })
    const api = window.bearerFetch(session, { origins: [location.origin] })
    const call = () =>
      api('/resource').then(
        ({ status }) => status,
        ({ code }) => `${code}`,
      )
    Object.assign(window, { session, call })
    return dpop.thumbprint()
  })

const call = (page: Page) => page.evaluate(() => (window as unknown as App).call())

describeTabs(
  'a key that cannot be extracted, in many tabs',
  (bench) => {
    beforeEach(() => {
      mock = createMockAuthorizationServer({
        issuer: bench.tabs.origin,
        clients: [{ clientId }],
        dpop: { required: true, nonce: 'both' },
      })
    })
    const openApps = async () => {
      const pages = [await bench.user.tab(), await bench.user.tab(), await bench.user.tab()] as const
      // All at the same moment: the first one's key is everybody's.
      const thumbprints = await Promise.all(pages.map(start))
      return { pages, thumbprints }
    }
    const logIn = async (page: Page, keyThumbprint: string, expiresIn?: number) => {
      const token = mock.issue({ clientId, keyThumbprint, ...(expiresIn !== undefined && { expiresIn }) })
      await page.evaluate((token) => (window as unknown as App).session.replace(token), token)
      return token
    }

    it('is one and the same in all tabs and workers, and after a reload', async () => {
      const { pages, thumbprints } = await openApps()
      const [first] = pages
      expect(new Set(thumbprints).size).toBe(1)
      for (const kind of ['dedicated worker', 'shared worker', 'service worker']) {
        expect(await first.evaluate((kind) => window.ask(kind, 'thumbprint'), kind)).toBe(thumbprints[0])
      }
      await first.reload()
      expect(await start(first)).toBe(thumbprints[0])
    })

    it('gives no script its private half', async () => {
      const { pages } = await openApps()
      const taken = await pages[0].evaluate(async () => {
        const pair = await window.webKey().keyPair(() => Promise.reject(new Error('none is to be made')))
        const key = pair.privateKey as CryptoKey
        const exported = await crypto.subtle.exportKey('jwk', key).catch(({ name }) => `${name}`)
        return [key.extractable, exported]
      })
      expect(taken).toEqual([false, 'InvalidAccessError'])
    })

    it('proves for the token of a login in any tab', async () => {
      const { pages, thumbprints } = await openApps()
      await logIn(pages[0], `${thumbprints[0]}`)
      expect(await Promise.all(pages.map(call))).toEqual([200, 200, 200])
    })

    it('renews a refresh token that is bound to it, once for all tabs', async () => {
      const { pages, thumbprints } = await openApps()
      const { refreshToken } = await logIn(pages[0], `${thumbprints[0]}`, 0)
      expect(await Promise.all(pages.map(call))).toEqual([200, 200, 200])
      const renewals = mock.requests.filter(({ endpoint, status }) => endpoint === 'token' && status === 200)
      expect(renewals.map(({ form }) => form?.['refresh_token'])).toEqual([refreshToken])
      const used = claimsAt(mock.requests, 'resource').map(({ jti }) => jti)
      expect(new Set(used).size).toBe(used.length)
    })

    it('goes on in another tab when the one that made it is closed', async () => {
      const { pages, thumbprints } = await openApps()
      await logIn(pages[0], `${thumbprints[0]}`, 0)
      await pages[0].close()
      expect(await call(pages[1])).toBe(200)
    })

    it('that was deleted with the data of the site is followed by that of the next login, in tabs that stayed open too', async () => {
      const { pages, thumbprints } = await openApps()
      await logIn(pages[0], `${thumbprints[0]}`)
      expect(await call(pages[1])).toBe(200)
      await pages[0].evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('bearward-key dpop')
            request.onsuccess = resolve
            request.onerror = reject
          }),
      )
      await pages[0].reload()
      const next = await start(pages[0])
      expect(next).not.toBe(thumbprints[0])
      await logIn(pages[0], next)
      await expect.poll(() => call(pages[1])).toBe(200)
      expect(await call(pages[0])).toBe(200)
    })

    it('fails with store_failed where the browser stores nothing', async () => {
      const page = await bench.user.tab()
      const code = await page.evaluate(() => {
        const broken = () => {
          throw new DOMException('storage is forbidden', 'SecurityError')
        }
        Object.defineProperty(indexedDB, 'open', { value: broken })
        return window.commands.thumbprint().catch(({ code }) => `${code}`)
      })
      expect(code).toBe('store_failed')
    })
  },
  backend,
)
