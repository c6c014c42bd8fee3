// npm run demo          three tabs of one user, from a login to a logout, and what the authorization server hears of them
// npm run demo -- stay  the app for your own browser, as npm start has it
import { logIn, openTab, startWorld } from './world.ts'

const walk = async (): Promise<void> => {
  const world = await startWorld()
  const user = await world.newUser()
  const open = () => openTab(user, world.appOrigin)
  const tabs = [await open(), await open(), await open()] as const
  const [first, second] = tabs

  const reloadAll = () => Promise.all(tabs.map((page) => page.reload()))
  const allShow = (heading: string) =>
    Promise.all(tabs.map((page) => page.getByRole('heading', { name: heading, exact: true }).waitFor()))
  const granted = (grantType: string) =>
    world.mock.requests.filter(({ form, status }) => form?.['grant_type'] === grantType && status === 200).length
  const tell = (words: string) =>
    console.log(`${words}\n    logins: ${granted('authorization_code')}   renewals: ${granted('refresh_token')}`)

  await allShow('Your notes, in every tab')
  tell('Three tabs are open, and nobody is logged in.')

  await logIn(first)
  await allShow('Your notes')
  tell('ann has logged in in the first: the others show her notes too.')

  await reloadAll()
  await allShow('Your notes')
  tell('All were reloaded: nobody had to log in.')

  await world.passTime(user, 3600_000)
  await reloadAll()
  await allShow('Your notes')
  tell('An hour later the token has expired, and all are reloaded: one tab has renewed it.')

  await second.getByRole('button', { name: 'Log out' }).click()
  await allShow('Your notes, in every tab')
  tell('Logged out in the second: all are.')

  await world.close()
}

if (process.argv[2] === 'stay') await import('../server/start.ts')
else await walk()
