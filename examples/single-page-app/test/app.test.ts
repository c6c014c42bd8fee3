import 'bearward/vitest'
import axe, { type AxeResults } from 'axe-core'
import { bearerFetch, createClient } from 'bearward'
import { createDPoP } from 'bearward/dpop'
import type { BrowserContext, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { logIn, openTab, startWorld, type World } from './world.ts'

let world: World
let user: BrowserContext
const troubles: string[] = []

beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.close())
beforeEach(async () => {
  user = await world.newUser()
})
afterEach(async () => {
  await user.close()
  expect(troubles.splice(0)).toEqual([])
})

const tab = (path = '/'): Promise<Page> => openTab(user, world.appOrigin + path, troubles)
const login = (page: Page) => page.getByRole('button', { name: 'Log in' })
const notebook = (page: Page) => page.getByRole('heading', { name: 'Your notes', exact: true })
const note = async (page: Page, text: string) => {
  await page.getByLabel('New note').fill(text)
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('listitem').filter({ hasText: text }).waitFor()
}
const tokenRequests = (grantType: string) =>
  world.mock.requests.filter(
    ({ endpoint, status, form }) => endpoint === 'token' && status === 200 && form?.['grant_type'] === grantType,
  ).length

/** Somebody else has begun it, with a state of their own. */
const urlOfAnotherLogin = async (): Promise<string> => {
  const { server, appOrigin } = world
  const redirectUri = `${appOrigin}/callback`
  return (await createClient({ server, clientId: 'notes' }).authorizationRequest({ redirectUri })).url
}

it('logs a user in, with PKCE and without a secret, and keeps the code out of the address', async () => {
  const page = await tab()
  await logIn(page)

  expect(page.url()).toBe(`${world.appOrigin}/`)
  expect(world.mock).toHaveReceivedTokenRequest({
    grantType: 'authorization_code',
    clientAuthentication: 'none',
    parameters: { code_verifier: expect.any(String) },
    headers: { dpop: expect.any(String) },
    status: 200,
  })
})

it('is logged in in all tabs when it is in one, and logged out likewise', async () => {
  const [first, second] = [await tab(), await tab()]
  await login(second).waitFor()

  await logIn(first)
  await notebook(second).waitFor()

  await second.getByRole('button', { name: 'Log out' }).click()
  await login(first).waitFor()
  await login(second).waitFor()
  await vi.waitFor(() => expect(world.mock).toHaveReceivedRequest('revocation', { status: 200 }))
})

it('takes whoever goes by the keyboard from what is gone to what has come', async () => {
  const page = await tab()
  await logIn(page)
  await page.getByRole('button', { name: 'Log out' }).press('Enter')
  await login(page).waitFor()
  await page.keyboard.press('Tab')
  expect(await login(page).evaluate((button) => button === document.activeElement)).toBe(true)
})

it('goes on after a reload, and the authorization server hears nothing of it', async () => {
  const page = await tab()
  await logIn(page)
  await note(page, 'feed the bear')
  const before = world.mock.requests.length

  await page.reload()

  await page.getByText('feed the bear').waitFor()
  expect(world.mock.requests.length).toBe(before)
})

it('renews an expired token once for three tabs', async () => {
  const tabs = [await tab(), await tab(), await tab()]
  const [first] = tabs
  if (first) await logIn(first)
  // A tab that is reloaded while it renews loses the answer: none may still be at work.
  for (const page of tabs) await notebook(page).waitFor()
  const before = tokenRequests('refresh_token')

  await world.passTime(user, 3600_000)
  await Promise.all(tabs.map((page) => page.reload()))

  for (const page of tabs) await notebook(page).waitFor()
  expect(tokenRequests('refresh_token') - before).toBe(1)
})

it('asks for a login when the server has ended the session', async () => {
  const page = await tab()
  await logIn(page)
  world.mock.fault('token[refresh_token]=invalid_grant')

  await world.passTime(user, 3600_000)
  await page.reload()

  await page.getByRole('status').getByText('Your login is over').waitFor()
  await login(page).waitFor()
})

it('lets the user try again where nothing can be had at the start', async () => {
  const page = await tab()
  await logIn(page)
  await page.route(`${world.api}/**`, (route) => route.abort())
  await page.reload()
  await page.getByRole('status').getByText('cannot be reached').waitFor()

  await page.unroute(`${world.api}/**`)
  await page.getByRole('button', { name: 'Try again' }).click()
  await notebook(page).waitFor()
})

it('asks for a login when the answer to a renewal was lost: the token may be used up', async () => {
  const page = await tab()
  await logIn(page)
  await page.route(`${world.server.tokenEndpoint}`, async (route) => {
    const answer = await route.fetch()
    await (answer.ok() ? route.abort() : route.fulfill({ response: answer }))
  })

  await world.passTime(user, 3600_000)
  await page.reload()

  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('status').getByText('Your login is over').waitFor()
  await login(page).waitFor()
})

it('takes nothing of a callback that belongs to another login', async () => {
  const stranger = await world.mock.authorize(await urlOfAnotherLogin())
  const page = await tab()
  // This tab waits for the end of its own login.
  await login(page).click()
  await page.getByLabel('User').waitFor()
  const before = world.mock.requests.length

  await page.goto(stranger)

  await page.getByRole('status').getByText('That was the end of another login').waitFor()
  await login(page).waitFor()
  expect(world.mock.requests.slice(before).filter(({ endpoint }) => endpoint === 'token')).toEqual([])
})

it('says so when the user did not agree', async () => {
  const page = await tab()
  await login(page).click()
  await page.getByRole('button', { name: 'Refuse' }).click()
  await page.getByRole('status').getByText('You did not agree').waitFor()
})

it('says that it is offline, keeps what was typed, and goes on when it is back', async () => {
  const page = await tab()
  await logIn(page)

  await user.setOffline(true)
  await page.getByLabel('New note').fill('buy honey')
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('status').getByText('You are offline').waitFor()
  expect(await page.getByLabel('New note').inputValue()).toBe('buy honey')

  await user.setOffline(false)
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('listitem').filter({ hasText: 'buy honey' }).waitFor()
})

it('is still logged in when the token expires while it is offline', async () => {
  const page = await tab()
  await logIn(page)

  await user.setOffline(true)
  await world.passTime(user, 3600_000)
  await page.getByLabel('New note').fill('wake at noon')
  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('status').getByText('You are offline').waitFor()
  await user.setOffline(false)

  await page.getByRole('button', { name: 'Add' }).click()
  await page.getByRole('listitem').filter({ hasText: 'wake at noon' }).waitFor()
})

it('has tokens that are of no use to whoever takes them along', async () => {
  const page = await tab()
  await logIn(page)
  const url = `${world.api}/notes`
  const [request] = await Promise.all([page.waitForRequest(url), page.reload()])
  await notebook(page).waitFor()
  const { authorization = '', dpop = '' } = await request.allHeaders()
  const [scheme, accessToken = ''] = authorization.split(' ')
  expect(scheme).toBe('DPoP')

  const asBearer = await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })
  const again = await fetch(url, { headers: { authorization, dpop } })
  const stolen = { token: async () => ({ accessToken, tokenType: 'DPoP', raw: {} }), prove: createDPoP().prove }
  const withAnotherKey = await bearerFetch(stolen, { origins: [world.api] })(url)

  expect([asBearer.status, again.status, withAnotherKey.status]).toEqual([401, 401, 401])
})

it.each(['light', 'dark'] as const)('has nothing that axe would object to, when it is %s', async (colorScheme) => {
  const page = await tab()
  await page.emulateMedia({ colorScheme })
  const objections = async () => {
    // As a debugger would, past the Content-Security-Policy.
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)
  }
  await login(page).waitFor()
  expect(await objections()).toEqual([])
  await logIn(page)
  await note(page, `in the ${colorScheme}`)
  await page.getByText('What this tab has heard').click()
  expect(await objections()).toEqual([])
})
