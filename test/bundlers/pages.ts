import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { type Listening, listen } from '../oidc/listen.js'
import { launchOptions } from '../runtimes/chromium-options.js'

/** A browser, with a user. */
export interface Pages {
  /** Opens a page that loads the entry of a folder, and runs its app there: what that answers, and what the console said. */
  run(
    folder: string,
    entry: string,
    given: object,
  ): Promise<{ readonly answer: unknown; readonly said: readonly string[] }>
  close(): Promise<void>
}

declare global {
  interface Window {
    /** What the app of a page does. */
    run?(given: object): Promise<unknown>
  }
}

/** An origin of its own for what is in a folder, and a page that loads one of its files. */
const serveFolder = async (folder: string, entry: string): Promise<Pick<Listening, 'origin' | 'close'>> => {
  const { origin, serve, close } = await listen()
  const page = `<!doctype html><title>app</title><link rel="icon" href="data:,"><script type="module" src="/${entry}"></script>`
  serve(({ url = '/' }, response) => {
    const { pathname } = new URL(url, origin)
    if (pathname === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    const file = join(folder, pathname)
    if (!existsSync(file)) return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(file))
  })
  return { origin, close }
}

/** `authorize` plays the user: it takes the URL of an authorization request, and answers that of the callback. */
export const openPages = async (authorize: (url: string) => Promise<string>): Promise<Pages> => {
  const browser = await chromium.launch(launchOptions)
  return {
    run: async (folder, entry, given) => {
      const { origin, close } = await serveFolder(folder, entry)
      const context = await browser.newContext()
      context.setDefaultTimeout(0)
      const page = await context.newPage()
      const said: string[] = []
      page.on('console', (message) => said.push(message.text()))
      page.on('pageerror', (error) => said.push(error.message))
      await page.exposeFunction('authorize', authorize)
      await page.goto(origin)
      const answer = await page.evaluate((app) => window.run?.(app), given)
      await context.close()
      await close()
      return { answer, said }
    },
    close: () => browser.close(),
  }
}
