import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { launchOptions } from '../runtimes/chromium-options.js'
import { describeWith } from './engine.js'

export interface Tabs {
  readonly origin: string
  /** A page of another site. */
  readonly elsewhere: string
  /** A user's browser with nothing in it. */
  user(): Promise<User>
  close(): Promise<void>
}

interface User {
  readonly context: BrowserContext
  /** A new tab that shows the app. */
  tab(): Promise<Page>
}

/**
 * A browser, and an app on loopback in whose pages `webStore` and `createClient` are globals. What is asked of the paths of
 * `backend` comes to it.
 */
export const openTabs = async (
  backend: Readonly<Record<string, (body: string, authorization?: string, dpop?: string) => Promise<Response>>> = {},
): Promise<Tabs> => {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('./tabs-page.ts', import.meta.url))],
    bundle: true,
    write: false,
    target: 'es2022',
  })
  const server = createServer(async (request, response) => {
    const url = `${request.url}`
    const ask = backend[url]
    if (ask) {
      const answer = await ask(await text(request), request.headers.authorization, request.headers['dpop']?.toString())
      response
        .writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'content-type': 'application/json' })
        .end(await answer.text())
      return
    }
    const isScript = url.startsWith('/page.js')
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(
      isScript ? bundle.outputFiles[0]?.text : '<!doctype html><title>app</title><script src="/page.js"></script>',
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const chrome = await chromium.launch({
    ...launchOptions,
    // Playwright turns it off, and users have it.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
  return {
    origin,
    elsewhere: `${origin.replace('127.0.0.1', 'localhost')}/elsewhere`,
    user: async () => {
      const context = await chrome.newContext()
      return {
        context,
        tab: async () => {
          const page = await context.newPage()
          await page.goto(origin)
          return page
        },
      }
    },
    close: async () => {
      await chrome.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/**
 * Leaves a page for another one. That is shown before the page has let go of what it must not rest with: `witness`, a page of the
 * same origin, hears when it has.
 */
export const leave = async (page: Page, url: string, witness: Page): Promise<void> => {
  await witness.evaluate(() => {
    const channel = new BroadcastChannel('left')
    window.hasLeft = new Promise((resolve) => {
      channel.onmessage = () => resolve(channel.close())
    })
  })
  await page.evaluate(() => {
    const tell = () => {
      const channel = new BroadcastChannel('left')
      channel.postMessage('left')
      channel.close()
    }
    addEventListener('pagehide', tell, { once: true })
  })
  await page.goto(url)
  await witness.evaluate(() => window.hasLeft)
}

/** Back to a page that rested in the back/forward cache: playwright's own way waits for a load that never comes. */
export const goBack = async (page: Page): Promise<void> => {
  await page.evaluate(() => {
    setTimeout(() => history.back())
  })
  await page.waitForFunction(() => window.wasRestored)
}

/** The browser and the app of a group of tests, and a user of it for each. */
interface TabsBench {
  readonly tabs: Tabs
  readonly user: User
}

export const describeTabs = (
  title: string,
  body: (bench: TabsBench) => void,
  backend?: Parameters<typeof openTabs>[0],
): void =>
  describeWith(chromiumEngine, title, () => {
    let tabs: Tabs | undefined
    let user: User | undefined
    const present = <Thing>(thing: Thing | undefined): Thing => {
      if (!thing) throw new Error('the browser runs while tests do')
      return thing
    }
    beforeAll(async () => {
      tabs = await openTabs(backend)
    })
    beforeEach(async () => {
      user = await present(tabs).user()
    })
    afterEach(() => user?.context.close())
    afterAll(() => tabs?.close())
    body({
      get tabs() {
        return present(tabs)
      },
      get user() {
        return present(user)
      },
    })
  })
