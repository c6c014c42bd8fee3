/** The pages as Chromium shows them: by axe, in their width, with nothing said on the console and nothing asked of others. */
import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright'

export interface Look {
  readonly width: number
  readonly scheme: 'light' | 'dark'
}

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface Axe {
  run(
    options: object,
  ): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>
}

const axeComplaints = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: Axe }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(
          ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.split('\n')[1]?.trim()}`,
        ),
    )
  })

/** Which elements are wider than the page, where that makes it scroll sideways. */
const overflow = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const wide = [...document.querySelectorAll('main *')].find(
      (element) => element.getBoundingClientRect().right > clientWidth + 1,
    )
    return [`scrolls sideways: ${scrollWidth} in ${clientWidth} px (${wide?.tagName} ${wide?.className ?? ''})`]
  })

/** A page is looked at when its script has taken it over. */
const shown = async (page: Page, url: string): Promise<void> => {
  await page.goto(url)
  await page.waitForFunction(
    () => document.querySelector('#app') && '__vue_app__' in (document.querySelector('#app') ?? {}),
  )
}

/** Tells what is wrong with the pages in one look, each as a sentence. */
export const wrongVisits = async (
  browser: Browser,
  origin: string,
  paths: readonly string[],
  { width, scheme }: Look,
  tell: (sentence: string) => void,
): Promise<void> => {
  const context = await browser.newContext({
    viewport: { width, height: 800 },
    colorScheme: scheme,
    reducedMotion: 'reduce',
  })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  let path = ''
  const complain = (what: string): void => tell(`${path} (${width} px, ${scheme}): ${what}`)
  page.on('console', (message) => message.type() === 'error' && complain(`the console says ${message.text()}`))
  page.on('pageerror', (error) => complain(`throws ${error.message}`))
  await context.route('**/*', async (route) => {
    const url = route.request().url()
    if (url.startsWith(`${origin}/`) || url.startsWith('data:')) return route.continue()
    complain(`asks for ${url}`)
    return route.abort()
  })
  for (path of paths) {
    await shown(page, `${origin}/${path}`)
    await page.addScriptTag({ path: axePath })
    for (const complaint of await axeComplaints(page)) complain(complaint)
    for (const complaint of await overflow(page)) complain(complaint)
  }
  await context.close()
}

/** The search is opened, asked and followed as a reader does it. */
export const wrongSearch = async (browser: Browser, origin: string, wanted: string): Promise<readonly string[]> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  await shown(page, `${origin}/index.html`)
  await page.getByRole('button', { name: 'Search' }).first().click()
  await page.getByRole('searchbox').fill(wanted)
  const results = page.locator('.VPLocalSearchBox .result')
  const wrong: string[] = []
  try {
    await results.first().waitFor()
    await page.addScriptTag({ path: axePath })
    wrong.push(...(await axeComplaints(page)).map((complaint) => `the search: ${complaint}`))
    await results.first().click()
    await page.waitForURL((url) => url.pathname !== '/index.html')
    const text = await page.locator('main').innerText()
    if (!text.includes(wanted)) wrong.push(`the search for ${wanted} leads to ${page.url()}, which does not have it`)
  } catch (error) {
    wrong.push(`the search for ${wanted} finds nothing: ${(error as Error).message.split('\n')[0]}`)
  }
  await context.close()
  return wrong
}
