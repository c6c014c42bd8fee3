import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as oidc from 'oidc-client-ts'
import { type Browser, chromium, type Page } from 'playwright'
import { listen } from '../oidc/listen.js'
import { launchOptions } from '../runtimes/chromium-options.js'

declare global {
  interface Window {
    /** What oidc-client-ts is in a page that loads it as it is published. */
    readonly oidc: typeof oidc
  }
}

/** The pages that end a login in a frame or in a popup, and tell the page that began it. */
const scripts: Readonly<Record<string, string>> = {
  '/silent': 'new oidc.UserManager({}).signinSilentCallback()',
  '/popup': 'new oidc.UserManager({}).signinPopupCallback()',
}

/** An app on an origin of its own, and a browser that shows it. */
export interface SinglePageApp {
  readonly origin: string
  /** The tab, as of a user who has not been there before. */
  open(): Promise<Page>
  close(): Promise<void>
}

export const startApp = async (): Promise<SinglePageApp> => {
  const folder = dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json'))
  const library = readFileSync(join(folder, 'dist/browser/oidc-client-ts.min.js'))
  const { origin, serve, close } = await listen()
  serve(({ url = '/' }, response) => {
    const { pathname } = new URL(url, origin)
    const isScript = pathname === '/oidc-client-ts.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    const head = `<!doctype html><title>app</title><script src="/oidc-client-ts.js"></script>`
    response.end(isScript ? library : `${head}<script>${scripts[pathname] ?? ''}</script>`)
  })
  const browser: Browser = await chromium.launch(launchOptions)
  const page = await browser.newPage()
  return {
    origin,
    open: async () => {
      await page.goto(origin)
      await page.evaluate(() => {
        localStorage.clear()
        sessionStorage.clear()
      })
      return page
    },
    close: async () => {
      await browser.close()
      await close()
    },
  }
}
