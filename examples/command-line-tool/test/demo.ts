// npm run demo: the tool at work against a mock, told as it happens. It ends by itself.
// npm run demo -- stay: the mock alone, to try the tool on from another terminal, until Ctrl-C.
import { once } from 'node:events'
import { createSurroundings, page, userCode } from './surroundings.ts'

type Surroundings = Awaited<ReturnType<typeof createSurroundings>>

const stay = async ({ environment }: Surroundings): Promise<void> => {
  const { BROWSER: _, LOCALAPPDATA: __, ...variables } = environment
  const exported = Object.entries(variables).map(([name, value]) => `    export ${name}=${value}`)
  const lines = [
    'In another terminal:',
    '',
    '    cd examples/command-line-tool',
    ...exported,
    '    npm start -- login',
    '',
  ]
  console.log([...lines, 'Log in by any name. Ctrl-C ends the mock.'].join('\n'))
  await once(process, 'SIGINT')
}

const walk = async ({ mock, start, visit, journal }: Surroundings): Promise<void> => {
  const shown = async (...argv: readonly string[]) => {
    console.log(`\n$ mytool ${argv.join(' ')}`)
    const { stdout, stderr } = await start(...argv).ended()
    process.stdout.write(stderr + stdout)
  }

  await shown('orders')

  console.log('\n$ mytool login')
  const login = start('login')
  await visit(await login.says(page), { user: 'ada' })
  process.stdout.write((await login.ended()).stderr.replace(/^ +http.*/m, (url) => `${url.slice(0, 70)}…`))
  await shown('orders')

  console.log('\n$ mytool orders & mytool orders        # and the API no longer takes the token')
  const [{ headers: { authorization = '' } = {} } = {}] = journal('resource')
  mock.revoke(authorization.replace('Bearer ', ''))
  await Promise.all([start('orders').ended(), start('orders').ended()])
  const refreshes = journal('token').filter(({ form }) => form?.grant_type === 'refresh_token').length
  console.log(`both have answered; refreshes: ${refreshes}`)

  console.log('\n$ mytool login --device')
  const device = start('login', '--device')
  mock.approveDevice(await device.says(userCode), { user: 'user' })
  process.stdout.write((await device.ended()).stderr)

  await shown('whoami')
  await shown('logout')
}

const isToStay = process.argv[2] === 'stay'
const surroundings = await createSurroundings({ login: isToStay ? 'page' : 'automatic' })
await (isToStay ? stay : walk)(surroundings)
await surroundings.close()
