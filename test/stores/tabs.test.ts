import type { BrowserContext, Page } from 'playwright'
import { expect, it } from 'vitest'
import { describeTabs, goBack, leave } from './tabs.js'

const workers = ['dedicated worker', 'shared worker', 'service worker']

/** The tab listens; what comes back tells how often it has heard something. */
const watching = async (page: Page, key: string, name = 'tokens') => {
  await page.evaluate(
    ([key, name]) => {
      document.title = '0'
      window.webStore({ name }).watch?.(key, () => {
        document.title = `${Number(document.title) + 1}`
      })
    },
    [key, name] as const,
  )
  return () => page.waitForFunction(() => document.title !== '0')
}

const valueIn = (page: Page, key: string, name = 'tokens') =>
  page.evaluate(async ([key, name]) => (await window.webStore({ name }).get(key))?.value, [key, name] as const)

const upgrade = (page: Page) =>
  page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open('bearward tokens', 7)
        request.onupgradeneeded = () => request.result.createObjectStore('of a newer version')
        request.onblocked = () => reject(new Error('blocked'))
        request.onsuccess = () => resolve(request.result.close())
      }),
  )

describeTabs('the store of a browser, in many tabs', (bench) => {
  it.each(workers)('keeps to the contract in a %s', async (kind) => {
    const page = await bench.user.tab()
    expect(await page.evaluate((kind) => window.ask(kind, 'breaches'), kind)).toEqual([])
  })

  it.each(workers)('refuses a store per tab in a %s', async (kind) => {
    const page = await bench.user.tab()
    expect(await page.evaluate((kind) => window.ask(kind, 'refusal'), kind)).toBe('unsupported')
  })

  it('lets one at a time work, of all tabs and workers', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    await Promise.all([
      first.evaluate(() => window.commands.countUp(10)),
      second.evaluate(() => window.commands.countUp(10)),
      ...workers.map((kind) => first.evaluate((kind) => window.ask(kind, 'countUp', 10), kind)),
    ])
    expect(await valueIn(second, 'counter')).toBe('50')
  })

  it.each(['closed', 'crashed', 'left', 'reloaded'])('frees the lock of a tab that is %s', async (how) => {
    const [holder, waiter] = [await bench.user.tab(), await bench.user.tab()]
    await holder.evaluate(() => window.commands.hold('a'))
    const early = await waiter.evaluate(() =>
      window
        .webStore()
        .withLock('a', async () => 'entered', { signal: AbortSignal.timeout(200) })
        .catch(() => 'waited'),
    )
    expect(early).toBe('waited')
    const waiting = waiter.evaluate(() => window.webStore().withLock('a', async () => 'entered'))
    const end: Readonly<Record<string, () => Promise<unknown>>> = {
      closed: () => holder.close(),
      crashed: async () => {
        const cdp = await bench.user.context.newCDPSession(holder)
        const crashed = holder.waitForEvent('crash')
        cdp.send('Page.crash').catch(() => {})
        await crashed
      },
      left: () => holder.goto('about:blank'),
      reloaded: () => holder.reload(),
    }
    await end[how]?.()
    expect(await waiting).toBe('entered')
  })

  it('frees the lock of a worker that is terminated', async () => {
    const page = await bench.user.tab()
    const entered = await page.evaluate(async () => {
      const worker = new Worker('/page.js')
      const { port1, port2 } = new MessageChannel()
      const inside = new Promise((resolve) => {
        port1.onmessage = resolve
      })
      worker.postMessage(['hold', 'a'], [port2])
      await inside
      const waiting = window.webStore().withLock('a', async () => 'entered')
      worker.terminate()
      return waiting
    })
    expect(entered).toBe('entered')
  })

  it('tells the holder of a lock that it was stolen, and hands on what it does all the same', async () => {
    const page = await bench.user.tab()
    const result = await page.evaluate(() =>
      window.webStore().withLock('a', async (lost) => {
        const { held = [] } = await navigator.locks.query()
        navigator.locks.request(held[0]?.name ?? '', { steal: true }, async () => {})
        await new Promise((resolve) => lost.addEventListener('abort', resolve))
        return 'done'
      }),
    )
    expect(result).toBe('done')
  })

  it('tells other tabs and this one of what a tab or a worker has written', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    for (const writer of ['page', ...workers]) {
      const heard = await Promise.all([watching(first, writer), watching(second, writer)])
      await first.evaluate(async (writer) => {
        if (writer === 'page') await window.commands.write(writer, 'value')
        else await window.ask(writer, 'write', writer, 'value')
      }, writer)
      await Promise.all(heard.map((until) => until()))
      expect(await valueIn(second, writer)).toBe('value')
    }
  })

  it('holds what was written after a reload, and in a tab opened when all were closed', async () => {
    const first = await bench.user.tab()
    await first.evaluate(() => window.commands.write('a', 'value'))
    await first.reload()
    expect(await valueIn(first, 'a')).toBe('value')
    await first.close()
    expect(await valueIn(await bench.user.tab(), 'a')).toBe('value')
  })

  it('keeps stores of two names apart', async () => {
    const page = await bench.user.tab()
    const heard = await watching(page, 'a', 'other')
    await page.evaluate(() => window.commands.write('a', 'value'))
    await page.evaluate(() => window.commands.hold('a'))
    const entered = page.evaluate(() => window.webStore({ name: 'other' }).withLock('a', async () => 'entered'))
    expect(await entered).toBe('entered')
    expect(await valueIn(page, 'a', 'other')).toBeUndefined()
    expect(await page.title()).toBe('0')
    await page.evaluate(() => window.webStore({ name: 'other' }).set('a', 'value', undefined))
    await heard()
  })

  const deletions: Readonly<Record<string, (page: Page, context: BrowserContext) => Promise<unknown>>> = {
    'by another tab': (page) =>
      page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase('bearward tokens')
            request.onsuccess = () => resolve(undefined)
            request.onblocked = () => reject(new Error('blocked'))
          }),
      ),
    'with all data of the site': async (page, context) => {
      const cdp = await context.newCDPSession(page)
      await cdp.send('Storage.clearDataForOrigin', { origin: bench.tabs.origin, storageTypes: 'all' })
    },
  }
  it.each(Object.keys(deletions))('starts anew when the database was deleted under it %s', async (how) => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    await first.evaluate(async () => {
      const store = window.webStore()
      await store.set('a', 'value', undefined)
      const version = (await store.get('a'))?.version
      store.watch?.('a', () => {
        document.title = 'told'
      })
      Object.assign(window, { store, version })
    })
    await deletions[how]?.(second, bench.user.context)
    await first.waitForFunction(() => document.title === 'told')
    const after = await first.evaluate(async () => {
      const { store, version } = window as unknown as { store: ReturnType<typeof window.webStore>; version: string }
      return [await store.get('a'), await store.set('a', 'b', version), await store.set('a', 'c', undefined)]
    })
    expect(after).toEqual([undefined, false, true])
    expect(await valueIn(second, 'a')).toBe('c')
  })

  it('makes way for another tab that upgrades the database, and goes on in the new one', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    await first.evaluate(async () => {
      const store = window.webStore()
      await store.set('a', 'value', undefined)
      Object.assign(window, { store })
    })
    await upgrade(second)
    const after = await first.evaluate(async () => {
      const { store } = window as unknown as { store: ReturnType<typeof window.webStore> }
      const stored = await store.get('a')
      return [stored?.value, await store.set('a', 'b', stored?.version)]
    })
    expect(after).toEqual(['value', true])
  })

  it('makes itself at home in a database that somebody made with nothing in it', async () => {
    const page = await bench.user.tab()
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          const request = indexedDB.open('bearward tokens')
          request.onsuccess = () => resolve(request.result.close())
        }),
    )
    await page.evaluate(() => window.commands.write('a', 'value'))
    expect(await valueIn(page, 'a')).toBe('value')
  })

  it.each([false, true])(
    'lets a page rest in the back/forward cache, and tells it what it missed and what comes (per tab: %s)',
    async (perTab) => {
      const [resting, other] = [await bench.user.tab(), await bench.user.tab()]
      await resting.evaluate(async (perTab) => {
        const store = window.webStore({ perTab })
        await store.set('a', 'value', undefined)
        store.watch?.('a', () => {
          document.title = 'told'
        })
        Object.assign(window, { store })
      }, perTab)
      await leave(resting, bench.tabs.elsewhere, other)
      await other.evaluate(() => window.commands.write('a', 'b'))
      // What a connection left open would have cost the page its rest.
      await upgrade(other)
      await goBack(resting)
      await resting.waitForFunction(() => document.title === 'told')
      const value = await resting.evaluate(
        async () => (await (window as unknown as { store: ReturnType<typeof window.webStore> }).store.get('a'))?.value,
      )
      expect(value).toBe(perTab ? 'value' : 'b')
      await resting.evaluate(() => {
        document.title = 'back'
      })
      await (perTab ? resting : other).evaluate(async (perTab) => {
        const store = window.webStore({ perTab })
        await store.set('a', 'c', (await store.get('a'))?.version)
      }, perTab)
      await resting.waitForFunction(() => document.title === 'told')
    },
  )

  it('gives up the lock of a page that goes to rest in the back/forward cache, and tells it so when it is back', async () => {
    const [resting, waiter] = [await bench.user.tab(), await bench.user.tab()]
    await resting.evaluate(
      () =>
        new Promise<void>((entered) => {
          const work = async (lost: AbortSignal) => {
            entered()
            await new Promise((resolve) => addEventListener('pageshow', resolve))
            return lost.aborted ? 'lost' : 'held'
          }
          window
            .webStore()
            .withLock('a', work)
            .then((result) => {
              document.title = result
            })
        }),
    )
    // It waits already when the page goes: nobody asks anew.
    const waiting = waiter.evaluate(() => window.webStore().withLock('a', async () => 'entered'))
    await waiter.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 1)
    await resting.goto(bench.tabs.elsewhere)
    expect(await waiting).toBe('entered')
    await goBack(resting)
    await resting.waitForFunction(() => document.title === 'lost')
  })

  it('lets a page that waits for a lock go to rest, and queue again when it is back', async () => {
    const [holder, resting, waiter] = [await bench.user.tab(), await bench.user.tab(), await bench.user.tab()]
    const pending = (count: number) =>
      holder.waitForFunction(async (count) => (await navigator.locks.query()).pending?.length === count, count)
    await holder.evaluate(() => window.commands.hold('a'))
    await resting.evaluate(() => {
      window.webStore().withLock('a', async () => {
        document.title = 'entered'
      })
    })
    await pending(1)
    const waiting = waiter.evaluate(() => window.webStore().withLock('a', async () => 'entered'))
    await pending(2)
    await resting.goto(bench.tabs.elsewhere)
    await holder.close()
    expect(await waiting).toBe('entered')
    await goBack(resting)
    await resting.waitForFunction(() => document.title === 'entered')
  })
})
