import { resolve } from 'node:path'
import { build } from 'esbuild'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { createElement, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { launchOptions } from '../runtimes/chromium-options.js'
import { entries } from '../structure/entries.js'
import { folder, recipe } from './recipe-files.js'

const start = `
  import { StrictMode } from 'react'
  import { createRoot } from 'react-dom/client'
  import { App } from './app'
  createRoot(document.body.appendChild(document.createElement('main'))).render(<StrictMode><App /></StrictMode>)
`

/** The page as a bundler makes it. */
const bundle = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: start, loader: 'tsx', resolveDir: resolve(folder, 'react') },
    alias: Object.fromEntries(entries.map(({ name, source }) => [name, resolve('src', source)])),
    define: { 'process.env.NODE_ENV': '"development"' },
    ...{ bundle: true, write: false, format: 'esm', target: 'es2022', jsx: 'automatic' },
  })
  return outputFiles[0]?.text ?? ''
}

const mock = createMockAuthorizationServer({
  issuer: 'https://as.example.com',
  clients: [{ clientId: 'my-spa', redirectUris: ['https://app.example.com/'] }],
})

describe('the recipe for React, in Chromium', () => {
  let browser: Browser
  let context: BrowserContext
  const complaints: string[] = []
  beforeAll(async () => {
    const script = await bundle()
    browser = await chromium.launch(launchOptions)
    context = await browser.newContext()
    await context.route('https://app.example.com/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><body><script type="module">${script}</script>`,
      }),
    )
    await context.route('https://as.example.com/authorize**', async (route) => {
      const back = await mock.authorize(route.request().url(), { user: 'ada' })
      await route.fulfill({
        contentType: 'text/html',
        body: `<script>location.replace(${JSON.stringify(back)})</script>`,
      })
    })
    const answer = async (url: string, init: RequestInit) => {
      const response = await mock.fetch(new Request(url, init))
      const headers = { ...Object.fromEntries(response.headers), 'access-control-allow-origin': '*' }
      return { status: response.status, headers, body: await response.text() }
    }
    await context.route(/as\.example\.com\/(token|revoke)/, async (route) => {
      const request = route.request()
      const headers = { 'content-type': (await request.headerValue('content-type')) ?? '' }
      await route.fulfill(await answer(request.url(), { method: 'POST', headers, body: request.postData() }))
    })
    await context.route('https://api.example.com/**', async (route) => {
      const headers = { authorization: (await route.request().headerValue('authorization')) ?? '' }
      const { status, headers: told } = await answer(mock.resource, { headers })
      await route.fulfill({ status, headers: told, body: status === 200 ? '["a bear","a book"]' : '' })
    })
    context.on('page', (page) => {
      page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()))
      page.on('pageerror', (error) => complaints.push(`${error}`))
    })
  })
  afterAll(() => browser?.close())

  const shown = (page: Page) => expect.poll(() => page.locator('main').innerText())

  it('shows the same in every tab: a login in one, a logout in the other', async () => {
    const [one, other] = [await context.newPage(), await context.newPage()]
    await one.goto('https://app.example.com/')
    await other.goto('https://app.example.com/')
    await shown(one).toBe('Log in')
    await shown(other).toBe('Log in')
    await one.getByText('Log in').click()
    await shown(one).toMatch(/a bear\s+a book\s+Log out/)
    expect(one.url()).toBe('https://app.example.com/')
    await shown(other).toMatch(/a bear/)
    await other.reload()
    await shown(other).toMatch(/a bear/)
    await other.getByText('Log out').click()
    await shown(one).toBe('Log in')
    await shown(other).toBe('Log in')
    const grants = mock.requests.flatMap(({ form }) => form?.['grant_type'] ?? [])
    expect(grants).toEqual(['authorization_code'])
    expect(complaints).toEqual([])
  })
})

describe('the recipe for React, on a server', () => {
  it('says nothing of anybody, and opens no store', async () => {
    const { App } = await recipe<{ App: FunctionComponent }>('react/app.tsx')
    expect(renderToString(createElement(App))).toBe('<p>One moment…</p>')
  })
})
