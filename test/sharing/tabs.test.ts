import { setTimeout } from 'node:timers/promises'
import type { Page } from 'playwright'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { describeWith } from '../stores/engine.js'
import { openTabs, type Tabs } from '../stores/tabs.js'
import { earlierBy, mostRefreshes, seconds } from './family.js'

const clientId = 'app'
const size = 8

/** What a tab did: 200, another status, or the code of a failure. */
type Calls = Record<string, number>

interface App {
  readonly calls: Calls
  /** What its answers to refreshes took. */
  readonly tookMs: readonly number[]
}

/** An app that calls its API again and again. */
const start = (page: Page) =>
  page.evaluate((clientId) => {
    const server = { tokenEndpoint: `${location.origin}/token` }
    const store = window.webStore()
    const app = { calls: {} as Record<string, number>, tookMs: [] as number[] }
    Object.assign(window, { app })
    const client = window.createClient({
      server,
      clientId,
      onEvent: (event) => {
        if (event.type === 'renewed') app.tookMs.push(event.tookMs)
      },
    })
    const session = client.sessionSource({ store, key: 'user' })
    const api = window.bearerFetch(session, { origins: [location.origin] })
    const call = async () => {
      const from = performance.now()
      try {
        const { status } = await api('/resource')
        // It may have met two tokens that died on their way: it is retried once.
        return status === 401 && performance.now() - from > 1000 ? 'late' : `${status}`
      } catch (error) {
        return `${(error as { code?: string }).code ?? error}`
      }
    }
    const live = async () => {
      for (;;) {
        const outcome = await call()
        app.calls[outcome] = (app.calls[outcome] ?? 0) + 1
        await new Promise((resolve) => window.setTimeout(resolve, 100))
      }
    }
    void live()
  }, clientId)

describeWith(chromiumEngine, 'eight tabs that share a session', () => {
  let tabs: Tabs
  let mock: ReturnType<typeof createMockAuthorizationServer>

  beforeAll(async () => {
    tabs = await openTabs({
      '/token': (form) =>
        mock.fetch(`${mock.server.tokenEndpoint}`, { method: 'POST', body: new URLSearchParams(form) }),
      '/resource': (_, authorization = '') => mock.fetch(mock.resource, { headers: { authorization } }),
    })
  })
  afterAll(() => tabs.close())

  const live = async (trouble?: (pages: Page[], open: () => Promise<Page>) => Promise<void>) => {
    mock = createMockAuthorizationServer({ clients: [{ clientId }], accessTokenLifetime: 2 })
    const user = await tabs.user()
    const failures: Calls = {}
    let [calls, late, uncertain, earlierMs] = [0, 0, 0, 0]
    const count = async (page: Page) => {
      const app = await page.evaluate(() => (window as unknown as { app: App }).app)
      for (const tookMs of app.tookMs) earlierMs += earlierBy(tookMs)
      for (const [outcome, times] of Object.entries(app.calls)) {
        if (outcome === '200') calls += times
        else if (outcome === 'late') late += times
        else if (outcome === 'session_uncertain') uncertain += 1
        else failures[outcome] = (failures[outcome] ?? 0) + times
      }
    }
    const logIn = async (page: Page) => {
      await page.evaluate(async (token) => {
        const server = { tokenEndpoint: `${location.origin}/token` }
        const client = window.createClient({ server, clientId: 'app' })
        await client.sessionSource({ store: window.webStore(), key: 'user' }).replace(token)
      }, mock.issue({ clientId }))
    }
    const open = async () => {
      const page = await user.tab()
      await start(page)
      return page
    }
    const pages = await Promise.all(Array.from({ length: size }, () => user.tab()))
    const from = performance.now()
    await logIn(pages[0] as Page)
    await Promise.all(pages.map(start))
    const until = Date.now() + 1000 * seconds
    let closed = 0
    while (Date.now() < until) {
      await setTimeout(1000)
      const before = pages.length
      if (trouble) {
        const [victim] = pages.splice(Math.floor(Math.random() * before), 1)
        if (victim) {
          await count(victim)
          await trouble([victim], open)
          closed += 1
        }
        pages.push(await open())
      }
    }
    for (const page of pages) await count(page)
    await user.context.close()
    const lastedMs = Math.round(performance.now() - from)
    const refreshes = mock.requests.filter(({ endpoint }) => endpoint === 'token')
    const sent = refreshes.map(({ form }) => form?.['refresh_token'])
    const report = {
      ...{ seconds, calls, failures, late, uncertain, closed, lastedMs, earlierMs },
      refreshes: sent.length,
      sentTwice: sent.length - new Set(sent).size,
      refused: refreshes.filter(({ status }) => status === 400).length,
    }
    const said = JSON.stringify(report)
    console.log(said)
    expect(failures, said).toEqual({})
    expect(report).toMatchObject({ sentTwice: 0, refused: 0 })
    expect(late, said).toBeLessThanOrEqual(calls / 4)
    // A machine in no hurry does sixty times as many: this says that nobody is shut out for good.
    expect(calls, said).toBeGreaterThan(seconds)
    return report
  }

  const timeout = 60_000 + 3000 * seconds

  it('is renewed once for all', { timeout }, async () => {
    const report = await live()
    expect(report.uncertain).toBe(0)
    expect(report.refreshes).toBeGreaterThan(0)
    expect(report.refreshes).toBeLessThanOrEqual(mostRefreshes(report))
  })

  it('while one after the other is closed and another one opened', { timeout }, async () => {
    const { closed, uncertain } = await live(async ([victim]) => victim?.close())
    expect(closed).toBeGreaterThan(0)
    expect(uncertain).toBeLessThanOrEqual(closed * size)
  })
})
