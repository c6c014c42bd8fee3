// npm run demo: three tabs of one user, from a login to a logout, and what the authorization server hears of them.
import { logIn, openTab, startWorld } from './world.ts'

const world = await startWorld()
const user = await world.newUser()
const tabs = [
  await openTab(user, world.appOrigin),
  await openTab(user, world.appOrigin),
  await openTab(user, world.appOrigin),
] as const
const [first, second] = tabs

const allShow = (heading: string) =>
  Promise.all(tabs.map((page) => page.getByRole('heading', { name: heading, exact: true }).waitFor()))

/** Token requests that were granted. */
const granted = (grantType: string) =>
  world.mock.requests.filter(({ form, status }) => form?.['grant_type'] === grantType && status === 200).length

const tell = (words: string) =>
  console.log(`${words}\n    logins: ${granted('authorization_code')}   renewals: ${granted('refresh_token')}`)

await allShow('Your notes, in every tab')
tell('Three tabs are open, and nobody is logged in.')

await logIn(first)
await allShow('Your notes')
tell('ann has logged in in the first: the others show her notes too.')

await Promise.all(tabs.map((page) => page.reload()))
await allShow('Your notes')
tell('All were reloaded: nobody had to log in.')

await world.passTime(user, 3600_000)
await Promise.all(tabs.map((page) => page.reload()))
await allShow('Your notes')
tell('An hour later the token has expired, and all are reloaded: one tab has renewed it.')

await second.getByRole('button', { name: 'Log out' }).click()
await allShow('Your notes, in every tab')
tell('Logged out in the second: all are.')

await world.close()
