/** `node check/run.ts [PAGE…]` checks what `npm run site` has built: its links, and its pages (or those named) in a browser. */
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import { launchOptions } from '../../test/runtimes/chromium-options.ts'
import { builtPages, wrongLinks } from './links.ts'
import { served } from './served.ts'
import { type Look, wrongSearch, wrongVisits } from './visits.ts'

const folder = fileURLToPath(new URL('../dist', import.meta.url))
const started = performance.now()
const built = builtPages(folder)
const asked = process.argv.slice(2)
const all = [...built.pages.keys()].toSorted()
if (all.length < 50) throw new Error('site/dist is not whole: npm run site builds it')

const only = (pages: readonly string[]): readonly string[] =>
  asked.length > 0 ? pages.filter((page) => asked.includes(page)) : pages
const paths = only(all)

/** One of each kind of page; the others are made alike. */
const kinds = only([
  'index.html',
  '404.html',
  'overview.html',
  'concurrency.html',
  'errors.html',
  'conformance.html',
  'faults.html',
  'providers.html',
  'guides/testing.html',
  'migration/arctic.html',
  'api/index.html',
  'api/client.html',
  'api/bearward-testing.html',
])

/** Each page at both widths and in both schemes, and each kind of page in all of the four. */
const looks: readonly (Look & { readonly of: readonly string[] })[] = [
  { width: 360, scheme: 'light', of: paths },
  { width: 1280, scheme: 'dark', of: paths },
  { width: 360, scheme: 'dark', of: kinds },
  { width: 1280, scheme: 'light', of: kinds },
]

const wrong: string[] = []
const tell = (sentence: string): void => {
  wrong.push(sentence)
  process.stderr.write(`${sentence}\n`)
}

const { wrong: links, count } = wrongLinks(built)
for (const sentence of links) tell(sentence)
await using server = await served(folder)
const browser = await chromium.launch(launchOptions)
// Two at a time: that is as many cores as a small machine has.
for (let first = 0; first < looks.length; first += 2) {
  await Promise.all(
    looks.slice(first, first + 2).map(({ of, ...look }) => wrongVisits(browser, server.origin, of, look, tell)),
  )
}
for (const sentence of await wrongSearch(browser, server.origin, 'invalid_grant')) tell(sentence)
await browser.close()

const visits = looks.reduce((sum, { of }) => sum + of.length, 0)
const seconds = ((performance.now() - started) / 1000).toFixed(0)
process.stdout.write(
  `${wrong.length === 0 ? '' : `${wrong.length} things are wrong. `}${paths.length} pages, ${count} links, ${visits} visits by axe at 360 and 1280 px in light and dark, a search: ${seconds} s\n`,
)
process.exitCode = wrong.length === 0 ? 0 : 1
