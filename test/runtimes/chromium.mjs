// node test/runtimes/chromium.mjs ORIGIN CLOSED_ORIGIN PAGE_ORIGIN: the scenario in a page of another origin.
import { chromium } from 'playwright'
import { launchOptions } from './chromium-options.ts'

const [origin, closedOrigin, pageOrigin] = process.argv.slice(2)
const browser = await chromium.launch(launchOptions)
try {
  const page = await browser.newPage()
  await page.goto(pageOrigin)
  await page.evaluate(
    async ({ scenario, ...options }) => {
      const { smoke } = await import(scenario)
      await smoke(options)
    },
    { scenario: '/scripts/smoke/scenario.mjs', origin, closedOrigin, hidesConnection: true, hidesRedirect: true },
  )
} finally {
  await browser.close()
}
