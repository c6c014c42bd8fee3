// npm run demo: the app in two processes against a mock, told as it happens. It ends by itself.
// npm run demo -- stay: the same to click through in a browser, until Ctrl-C.
import { once } from 'node:events'
import { createBrowser } from './browser.ts'
import { createSurroundings, type Surroundings } from './surroundings.ts'

const stay = async ({ origin, issuer, start }: Surroundings): Promise<void> => {
  await start()
  console.log(`The app is at     ${origin}\nThe mock is at    ${issuer}\nLog in by any name. Ctrl-C ends both.`)
  await once(process, 'SIGINT')
}

const walk = async (surroundings: Surroundings): Promise<void> => {
  const { origin, mock, start, tokenRequests } = surroundings
  const [first, second] = await Promise.all([start(), start({ port: 0 })])
  const browser = createBrowser(surroundings)
  const heading = async (response: Response) => (await response.text()).match(/<h1>(.*)<\/h1>/)?.[1]
  const tell = (what: string, seen: unknown) => console.log(`${what}\n    ${seen}`)

  tell('Nobody is logged in.', await heading(await browser.get(first.url)))
  tell('Ada logs in.', await heading(await browser.logIn(first.url)))
  tell('The second process knows her.', await heading(await browser.get(second.url)))

  await browser.get(`${first.url}/orders`)
  const { authorization = '' } = mock.requests.findLast(({ endpoint }) => endpoint === 'resource')?.headers ?? {}
  mock.revoke(authorization.replace('Bearer ', ''))
  const calls = [first, second].flatMap(({ url }) => Array.from({ length: 10 }, () => browser.get(`${url}/orders`)))
  const statuses = new Set((await Promise.all(calls)).map(({ status }) => status))
  tell(
    'The API no longer takes her token, and both processes call it ten times at once.',
    `answers: ${[...statuses]}   refreshes: ${tokenRequests('refresh_token')}`,
  )

  await Promise.all([first.end('SIGTERM'), second.end('SIGTERM')])
  const next = await start()
  tell('Both are stopped, and one is started.', await heading(await browser.get(next.url)))

  tell(
    'A form on another site tries to log her out.',
    (await browser.post(`${next.url}/logout`, 'https://evil.example')).status,
  )
  await browser.post(`${next.url}/logout`, origin)
  const revocations = mock.requests.filter(({ endpoint }) => endpoint === 'revocation').length
  tell('She logs out.', `${await heading(await browser.get(next.url))}   revocations: ${revocations}`)
}

const isToStay = process.argv[2] === 'stay'
const surroundings = await createSurroundings({ login: isToStay ? 'page' : 'automatic' })
await (isToStay ? stay : walk)(surroundings)
await surroundings.close()
