import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, discover } from '../../src/index.js'
import { authorizeNatively } from '../../src/native/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { launchOptions } from '../runtimes/chromium-options.js'
import { describeWith } from '../stores/engine.js'
import { statusWith } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

const loginAt = async ({ issuer }: RunningProvider, browser: Browser) => {
  const client = createClient({ ...clients.native, server: await discover(issuer) })
  const tab = await browser.newPage()
  const strays: string[] = []
  tab.on('requestfailed', (request) => strays.push(request.url()))
  const login = authorizeNatively(client, { scope: 'openid read', openBrowser: (url) => tab.goto(url) })
  return { client, tab, login, strays }
}

describeWith(chromiumEngine, 'a native app, a browser and a certified server', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch(launchOptions)
  })
  afterAll(() => browser.close())

  describe('whose user consents', () => {
    let provider: RunningProvider
    beforeAll(async () => {
      provider = await startProvider()
    })
    afterAll(() => provider.close())

    it('log the user in', async () => {
      const { client, tab, login, strays } = await loginAt(provider, browser)
      const token = await login
      expect(token).toMatchObject({ scope: 'openid read', idToken: expect.any(String) })
      expect(await statusWith(provider.resource, token)).toBe(200)
      expect((await client.refresh(token)).accessToken).not.toBe(token.accessToken)
      await tab.getByRole('heading', { name: 'Logged in' }).waitFor()
      expect(new URL(tab.url()).hostname).toBe('127.0.0.1')
      expect(strays.filter((url) => !url.endsWith('/favicon.ico'))).toEqual([])
    })
  })

  describe('whose user says no', () => {
    let provider: RunningProvider
    beforeAll(async () => {
      provider = await startProvider({ user: 'denies' })
    })
    afterAll(() => provider.close())

    it('say so, in the program and in the browser', async () => {
      const { tab, login } = await loginAt(provider, browser)
      expect(await failureOf(login)).toMatchObject({ code: 'authorization_refused', error: 'access_denied' })
      await tab.getByRole('heading', { name: 'Not logged in' }).waitFor()
    })
  })
})
