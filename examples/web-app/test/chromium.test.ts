// The app in a real browser, with the mock's own login page.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { chromium } from 'playwright-core'
import { createSurroundings } from './surroundings.ts'

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const isHere = existsSync(executablePath) || process.env.LEAVE_OUT_NOTHING
const skip = !isHere && 'there is no Chromium here: install it, or set CHROMIUM_PATH'

it('is clicked through', { skip, timeout: 300_000 }, async (context) => {
  const surroundings = await createSurroundings({ login: 'page' })
  context.after(surroundings.close)
  await surroundings.start()
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  context.after(() => browser.close())
  const page = await browser.newPage()
  const troubles: string[] = []
  page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()))
  const look = (name: string) =>
    process.env.SCREENSHOTS && page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` })

  await page.goto(surroundings.origin)
  await look('welcome')
  await page.getByRole('link', { name: 'Log in' }).click()
  await look('login')
  await page.getByLabel('User').fill('ada')
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('heading', { name: 'Hello, Ada Lovelace' }).waitFor()
  await look('home')

  await page.getByRole('link', { name: 'Orders' }).click()
  await page.getByText('"subject": "ada"').waitFor()
  await look('orders')

  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByRole('heading', { name: 'Welcome' }).waitFor()
  // At the server too: it asks again.
  await page.getByRole('link', { name: 'Log in' }).click()
  await page.getByLabel('User').waitFor()
  assert.deepEqual(troubles, [])
})
