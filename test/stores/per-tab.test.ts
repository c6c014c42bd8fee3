import type { Page } from 'playwright'
import { expect, it } from 'vitest'
import { describeTabs, goBack } from './tabs.js'

const write = (page: Page, value: string) =>
  page.evaluate(async (value) => {
    const store = window.webStore({ perTab: true })
    return store.set('a', value, (await store.get('a'))?.version)
  }, value)

const valueIn = (page: Page) => page.evaluate(async () => (await window.webStore({ perTab: true }).get('a'))?.value)

const identity = (page: Page) => page.evaluate(() => sessionStorage.getItem('bearward tokens'))

/** A tab that has got the other one's `sessionStorage`, as "duplicate tab" makes one. */
const duplicated = async (page: Page, url = page.url()): Promise<Page> => {
  const opened = page.waitForEvent('popup')
  await page.evaluate((url) => {
    window.open(url)
  }, url)
  const copy = await opened
  await copy.waitForLoadState()
  return copy
}

describeTabs('the store of a tab', (bench) => {
  it('holds its own values over reloads, and shows them to no other tab', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    await write(first, 'first')
    expect(await valueIn(second)).toBeUndefined()
    await write(second, 'second')
    for (let times = 3; times > 0; times--) await first.reload()
    expect(await valueIn(first)).toBe('first')
    expect(await valueIn(second)).toBe('second')
    const shared = first.evaluate(() => window.webStore().get('a'))
    expect(await shared).toBeUndefined()
  })

  it('holds them while the tab shows another page', async () => {
    const page = await bench.user.tab()
    await write(page, 'value')
    await page.goto(bench.tabs.elsewhere)
    await page.goto(bench.tabs.origin)
    expect(await valueIn(page)).toBe('value')
  })

  it('locks no other tab out', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    await first.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const work = () => {
            resolve()
            return new Promise(() => {})
          }
          window.webStore({ perTab: true }).withLock('a', work)
        }),
    )
    const entered = second.evaluate(() => window.webStore({ perTab: true }).withLock('a', async () => 'entered'))
    expect(await entered).toBe('entered')
  })

  it('gives a duplicated tab nothing of what the other one holds, also when that is closed', async () => {
    const original = await bench.user.tab()
    await write(original, 'original')
    const copy = await duplicated(original)
    // The browser has copied who the tab is.
    expect(await identity(copy)).toBe(await identity(original))
    expect(await valueIn(copy)).toBeUndefined()
    expect(await identity(copy)).not.toBe(await identity(original))
    await write(copy, 'copy')
    expect(await valueIn(original)).toBe('original')
    await original.reload()
    expect(await valueIn(original)).toBe('original')
    await original.close()
    await copy.reload()
    expect(await valueIn(copy)).toBe('copy')
  })

  it('gives what a tab holds to one of two, where it was duplicated while it showed another page', async () => {
    const original = await bench.user.tab()
    await write(original, 'R0')
    await original.goto(`${bench.tabs.origin}/plain`)
    const copy = await duplicated(original, bench.tabs.origin)
    expect(await valueIn(copy)).toBe('R0')
    await original.goto(bench.tabs.origin)
    expect(await valueIn(original)).toBeUndefined()
  })

  it('never goes back to what a duplicate has replaced', async () => {
    const original = await bench.user.tab()
    await write(original, 'R0')
    await original.goto(`${bench.tabs.origin}/plain`)
    const copy = await duplicated(original, bench.tabs.origin)
    expect(await write(copy, 'R1')).toBe(true)
    await copy.close()
    await original.goto(bench.tabs.origin)
    expect(await valueIn(original)).toBe('R1')
  })

  it('does not make another tab of a page with sessions in its memory, where a duplicate took over while it was away', async () => {
    const original = await bench.user.tab()
    await write(original, 'R0')
    await original.goto(`${bench.tabs.origin}/plain`)
    const copy = await duplicated(original, bench.tabs.origin)
    expect(await write(copy, 'R1')).toBe(true)
    await goBack(original)
    await expect(valueIn(original)).rejects.toThrow('duplicated')
    await copy.close()
    expect(await valueIn(original)).toBe('R1')
  })

  it('is one for all stores of a page and its frames', async () => {
    const page = await bench.user.tab()
    await write(page, 'value')
    const inFrame = await page.evaluate(async () => {
      const frame = document.createElement('iframe')
      frame.src = '/'
      document.body.append(frame)
      await new Promise((resolve) => frame.addEventListener('load', resolve))
      const inner = frame.contentWindow as Window
      return (await inner.webStore({ perTab: true }).get('a'))?.value
    })
    expect(inFrame).toBe('value')
    expect(await valueIn(page)).toBe('value')
  })

  it('tells this tab of its changes, and no other', async () => {
    const [first, second] = [await bench.user.tab(), await bench.user.tab()]
    for (const page of [first, second]) {
      await valueIn(page)
      await page.evaluate(() => {
        window.webStore({ perTab: true }).watch?.('a', () => {
          document.title = 'told'
        })
      })
    }
    await write(first, 'value')
    await first.waitForFunction(() => document.title === 'told')
    await second.waitForTimeout(150)
    expect(await second.title()).toBe('app')
  })

  const entries = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<readonly string[]>((resolve) => {
          const request = indexedDB.open('bearward tokens')
          request.onsuccess = () => {
            const all = request.result.transaction('entries').objectStore('entries').getAll()
            all.onsuccess = () => {
              request.result.close()
              resolve(
                all.result.map(({ value }) => (typeof value === 'string' ? value : new TextDecoder().decode(value))),
              )
            }
          }
        }),
    )

  it('leaves nothing that can be read when the tab is closed', async () => {
    const page = await bench.user.tab()
    await write(page, 'a refresh token')
    const other = await bench.user.tab()
    await page.close()
    const left = await entries(other)
    expect(left).toHaveLength(1)
    expect(left.join()).not.toContain('refresh')
  })

  it('clears away what tabs have left that were closed a week ago, and nothing else', async () => {
    const [closed, open] = [await bench.user.tab(), await bench.user.tab()]
    await open.evaluate(() => window.commands.write('shared', 'shared'))
    await write(closed, 'closed')
    await write(open, 'open')
    await closed.close()
    const later = await bench.user.tab()
    const look = (days: number) =>
      later.evaluate(async (days) => {
        const now = () => Date.now() + days * 86_400_000
        const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
        await window.webStore({ perTab: true, clock: { now, sleep } }).get('a')
      }, days)
    await look(6)
    await later.waitForTimeout(100)
    expect(await entries(later)).toHaveLength(3)
    await look(8)
    await expect.poll(() => entries(later)).toHaveLength(2)
    expect(await valueIn(open)).toBe('open')
    expect(await later.evaluate(async () => (await window.webStore().get('shared'))?.value)).toBe('shared')
  })
})
