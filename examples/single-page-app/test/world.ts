import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright'
import { build, preview } from 'vite'
import { type Backend, startBackend } from '../server/backend.ts'

const configFile = join(import.meta.dirname, '../vite.config.ts')

/** The system's Chromium where there is one, else playwright's own. */
const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', chromium.executablePath()].find(
  (path) => path && existsSync(path),
)

const launchBrowser = (): Promise<Browser> => {
  if (!executablePath) throw new Error('there is no Chromium here: apt-get install chromium, or set CHROMIUM_PATH')
  // Chromium's sandbox is not for root, whom containers run as.
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] })
}

export interface World extends Backend {
  readonly appOrigin: string
  /** A user's browser, with nothing in it. */
  newUser(): Promise<BrowserContext>
  /** Moves the clocks ahead, those of the servers and of the user. */
  passTime(user: BrowserContext, ms: number): Promise<void>
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** The app as it would be deployed, all that it talks to, and a browser. */
export const startWorld = async (): Promise<World> => {
  const browser = await launchBrowser()
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const port = await freePort()
  const appOrigin = `http://127.0.0.1:${port}`
  const backend = await startBackend({ appOrigin, now })
  // Vite prefers the environment to `.env`.
  process.env['VITE_ISSUER'] = `${backend.server.issuer}`
  process.env['VITE_API'] = backend.api
  const outDir = await mkdtemp(join(tmpdir(), 'single-page-app-'))
  await build({ configFile, logLevel: 'warn', build: { outDir, emptyOutDir: true } })
  const app = await preview({ configFile, preview: { port }, build: { outDir } })
  return {
    ...backend,
    appOrigin,
    newUser: async () => {
      const user = await browser.newContext()
      // Only what the time is: timers go on as ever.
      await user.clock.setFixedTime(now())
      return user
    },
    passTime: async (user, ms) => {
      aheadMs += ms
      await user.clock.setFixedTime(now())
    },
    close: async () => {
      await browser.close()
      await app.close()
      await backend.close()
      await rm(outDir, { recursive: true })
    },
  }
}

/** A tab that shows the app. What goes against its Content-Security-Policy, or breaks in it, is put into `troubles`. */
export const openTab = async (user: BrowserContext, url: string, troubles: string[] = []): Promise<Page> => {
  const page = await user.newPage()
  page.on('pageerror', ({ message }) => troubles.push(message))
  page.on('console', (line) => {
    if (line.text().includes('Content Security Policy')) troubles.push(line.text())
  })
  await page.goto(url)
  return page
}

/** Logs in at the page of the authorization server. */
export const logIn = async (page: Page, name = 'ann'): Promise<void> => {
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('User').fill(name)
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('banner').getByText(name).waitFor()
}
