import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { authorizeNatively } from '../../src/native/index.js'
import {
  createMockAuthorizationServer,
  type ListeningMock,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { launchOptions } from '../runtimes/chromium-options.js'
import { describeWith } from '../stores/engine.js'

const clients = [
  { clientId: 'app', redirectUris: ['http://127.0.0.1/callback'], clientName: 'The App' },
  { clientId: 'web', clientSecret: 's3cret' },
]

const goodRequest = {
  ...{ response_type: 'code', state: 'xyz' },
  ...{ code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' },
}

interface Opened {
  readonly mock: MockAuthorizationServer
  readonly there: ListeningMock
  readonly page: Page
}

describeWith(chromiumEngine, 'the pages of the mock in a browser', () => {
  let browser: Browser
  const open: (() => Promise<void>)[] = []

  beforeAll(async () => {
    browser = await chromium.launch(launchOptions)
  })
  afterEach(async () => {
    for (const close of open.splice(0)) await close()
  })
  afterAll(() => browser.close())

  const opened = async (
    options: Partial<MockAuthorizationServerOptions> & { readonly scripts?: boolean } = {},
  ): Promise<Opened> => {
    const { scripts = true, ...others } = options
    const mock = createMockAuthorizationServer({ clients, login: 'page', ...others })
    const there = await mock.listen()
    const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width: 360, height: 720 } })
    open.push(() => context.close(), there.close)
    return { mock, there, page: await context.newPage() }
  }
  const appAt = ({ server }: ListeningMock) => createClient({ server, clientId: 'app' })
  const loginAt = ({ there, page }: Opened, parameters: Readonly<Record<string, string>> = {}) =>
    authorizeNatively(appAt(there), {
      ...{ scope: 'read', parameters },
      openBrowser: async (url) => void (await page.goto(url)),
    })
  const askToken = ({ there: { server } }: Opened) =>
    createClient({ server, clientId: 'web', clientSecret: 's3cret' }).clientCredentials()

  describe('let a person', () => {
    it('log in and approve by clicks, without a script, to a token of our client', async () => {
      const all = await opened({ scripts: false })
      const login = loginAt(all)
      await all.page.getByRole('heading', { name: 'The App asks for access' }).waitFor()
      await all.page.getByLabel('User').fill('ann')
      await all.page.getByRole('button', { name: 'Approve' }).click()
      const { accessToken } = await login
      const answer = await fetch(all.there.resource, { headers: { authorization: `Bearer ${accessToken}` } })
      expect(await answer.json()).toMatchObject({ subject: 'ann', scope: 'read' })
      // The cookie has come, so that nobody is asked again.
      expect((await loginAt(all)).accessToken).not.toBe(accessToken)
    })

    it('refuse', async () => {
      const all = await opened()
      const login = failureOf(loginAt(all))
      await all.page.getByRole('button', { name: 'Refuse' }).click()
      expect(await login).toMatchObject({ error: 'access_denied' })
    })

    it('do all of it with the keyboard', async () => {
      const all = await opened()
      const login = loginAt(all, { acr_values: 'phr pwd' })
      const { page } = all
      await page.getByLabel('User').waitFor()
      const focused = () =>
        page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.id)
      await page.keyboard.press('Tab')
      expect(await focused()).toBe('user')
      await page.keyboard.press('ControlOrMeta+A')
      await page.keyboard.type('bob')
      await page.keyboard.press('Tab')
      await page.keyboard.press('ArrowDown')
      expect(await page.getByLabel('Strength of the login').inputValue()).toBe('pwd')
      await page.keyboard.press('Tab')
      expect(await focused()).toBe('Approve')
      const ring = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)
      expect(ring).toBe('solid')
      await page.keyboard.press('Enter')
      const { accessToken } = await login
      const answer = await fetch(all.there.resource, { headers: { authorization: `Bearer ${accessToken}` } })
      expect(await answer.json()).toMatchObject({ subject: 'bob' })
    })

    it('find themselves where something is to be put right', async () => {
      const { there, page } = await opened()
      const isAtWork = (label: string) => page.getByLabel(label).and(page.locator(':focus')).waitFor()
      await page.goto(
        `${there.server.authorizationEndpoint}?${new URLSearchParams({ ...goodRequest, client_id: 'app' })}`,
      )
      await page.getByLabel('User').fill(' ')
      await page.getByRole('button', { name: 'Approve' }).click()
      await isAtWork('User')
      await page.goto(`${there.origin}/device?user_code=x`)
      await isAtWork('Code on your device')
      await page.goto(there.origin)
      await page.getByLabel('Add faults').fill('token=nonsense')
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByRole('alert').waitFor()
      await isAtWork('Add faults')
    })

    it('connect a device', async () => {
      const all = await opened({ scripts: false, deviceInterval: 1 })
      const device = await appAt(all.there).deviceAuthorization({ scope: 'read' })
      const { page } = all
      await page.goto(device.verificationUri)
      await page.getByLabel('Code on your device').fill(device.userCode.toLowerCase())
      await page.keyboard.press('Enter')
      await page.getByText(device.userCode).waitFor()
      await page.getByRole('button', { name: 'Approve' }).click()
      await page.getByRole('heading', { name: 'Approved' }).waitFor()
      expect((await device.token()).scope).toBe('read')
    })

    it('add a fault that the token endpoint has then, and pause it, without a script', async () => {
      const all = await opened({ scripts: false })
      const { page } = all
      await page.goto(all.there.origin)
      await page.getByLabel('Add faults').fill('token=401x*')
      await page.keyboard.press('Enter')
      const pause = page.getByRole('button', { name: 'Pause token=401x*' })
      const resume = page.getByRole('button', { name: 'Resume token=401x*' })
      await pause.waitFor()
      expect(await failureOf(askToken(all))).toMatchObject({ status: 401 })
      await pause.click()
      await resume.waitFor()
      expect((await askToken(all)).accessToken).toBeTruthy()
      await resume.click()
      await pause.waitFor()
      expect(await failureOf(askToken(all))).toMatchObject({ status: 401 })
      await page.getByRole('button', { name: 'Remove token=401x*' }).click()
      await page.getByText('Nothing goes wrong').waitFor()
      expect((await askToken(all)).accessToken).toBeTruthy()
    })

    it('watch requests come in, and hold the page still', async () => {
      const all = await opened()
      const { page } = all
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      await page.goto(all.there.origin)
      await page.getByText('No requests yet.').waitFor()
      await askToken(all)
      await page.getByText('gave access_token').waitFor()
      await page.getByRole('button', { name: 'Stop updating' }).click()
      await page.getByText('This page stands still.').waitFor()
      expect(await page.getByRole('table', { name: 'requests' }).getByRole('row').count()).toBe(2)
      expect(errors).toEqual([])
      expect(all.mock.requests).toHaveLength(1)
    })
  })

  it('run nothing that a request brings', async () => {
    const script = `"><script>alert(1)</script><img src=x onerror=alert(2)>`
    const all = await opened({ clients: [{ clientId: script, redirectUris: ['https://app.test/'] }] })
    const ran: string[] = []
    all.page.on('dialog', (dialog) => {
      ran.push(dialog.message())
      void dialog.dismiss()
    })
    const form = new URLSearchParams({ client_id: script, grant_type: script })
    await fetch(all.there.server.tokenEndpoint, { method: 'POST', body: form, headers: { 'user-agent': script } })
    all.mock.issue({ clientId: script, subject: script })
    await all.page.goto(all.there.origin)
    await all.page.getByText('alert(1)').first().waitFor()
    const query = new URLSearchParams({ ...goodRequest, client_id: script, state: script, acr_values: script })
    await all.page.goto(`${all.there.server.authorizationEndpoint}?${query}`)
    await all.page.getByRole('heading', { name: 'alert(1)' }).waitFor()
    expect(ran).toEqual([])
  })

  describe('have nothing that axe finds fault with, in light and dark, on a telephone and a wide screen:', () => {
    const looks = [360, 1280].flatMap((width) =>
      (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
    )

    const check = async (page: Page) => {
      for (const { width, colorScheme } of looks) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        await page.evaluate(axe.source)
        const found = await page.evaluate(async () =>
          (await window.axe.run()).violations.map(({ id, help }) => `${id}: ${help}`),
        )
        const beyond = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        expect({ width, colorScheme, found, beyond }).toEqual({ width, colorScheme, found: [], beyond: 0 })
      }
    }
    const query = new URLSearchParams({ response_type: 'code', client_id: 'web', redirect_uri: 'https://app.test/' })
    const asked = {
      state: 'xyz',
      ...{ scope: 'openid a-scope-with-a-name-that-is-longer-than-the-screen-of-a-telephone-is-wide-by-far read' },
      ...{ resource: 'https://api.test/', authorization_details: '[{"type":"payment","amount":5}]' },
      ...{ acr_values: 'phr pwd', max_age: '60' },
    }
    for (const [name, value] of Object.entries(asked)) query.set(name, value)
    const web = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/'] }, { clientId: 'tv' }]
    const consentOf = async ({ there, page }: Opened) =>
      void (await page.goto(`${there.server.authorizationEndpoint}?${query}`))

    const places: Readonly<Record<string, (all: Opened) => Promise<void>>> = {
      'the login': consentOf,
      'the login without a name': async (all) => {
        await consentOf(all)
        await all.page.getByLabel('User').fill(' ')
        await all.page.getByRole('button', { name: 'Approve' }).click()
        await all.page.getByText('A name is needed').waitFor()
      },
      'a refusal': async ({ there, page }) =>
        void (await page.goto(`${there.server.authorizationEndpoint}?client_id=x`)),
      'being logged out': async ({ there, page }) => void (await page.goto(`${there.server.endSessionEndpoint}`)),
      'the code of a device, wrong': async ({ there, page }) =>
        void (await page.goto(`${there.origin}/device?user_code=x`)),
      'a device, for one who is logged in': async ({ there, page }) => {
        const device = createClient({ server: there.server, clientId: 'tv' })
        await page.goto(`${(await device.deviceAuthorization()).verificationUriComplete}`)
        await page.getByRole('button', { name: 'Approve' }).click()
        await page.goto(`${(await device.deviceAuthorization()).verificationUriComplete}`)
        await page.getByText('Logged in as').waitFor()
      },
      'the page about the mock, with nothing in it': async ({ there, page }) => void (await page.goto(there.origin)),
      'the page about the mock, full, and with a mistake': async ({ mock, there, page }) => {
        mock.issue({ clientId: 'web' })
        mock.fault('token=503x* resource=token_refused')
        await fetch(`${there.origin}/nothing/that-is-here-with-a-long-name`)
        await fetch(there.server.tokenEndpoint, { method: 'POST' })
        await page.goto(there.origin)
        await page.getByLabel('Add faults').fill('token=nonsense')
        await page.keyboard.press('Enter')
        await page.getByRole('alert').waitFor()
      },
    }

    it.each(Object.keys(places))('%s', async (name) => {
      const all = await opened({ clients: web })
      await places[name]?.(all)
      await check(all.page)
    })
  })
})

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}
