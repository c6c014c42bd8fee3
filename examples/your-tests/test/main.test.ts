// Over loopback: the program as it runs, a process of its own. So can a program in any language be tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileStore } from 'bearward/file'
import { createMockAuthorizationServer, type ListeningMock } from 'bearward/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openFirms } from '../src/firms.ts'
import { connect, credentials, mattersApi, redirectUri } from './smokeball.ts'

const main = join(import.meta.dirname, '../src/main.ts')
const clients = [{ ...credentials, redirectUris: [redirectUri] }]

let smokeball: ReturnType<typeof createMockAuthorizationServer>
let miwa: ReturnType<typeof createMockAuthorizationServer>
let listening: ListeningMock[]
let env: Record<string, string>
let posted: unknown[]
let close: () => Promise<void>

beforeEach(async () => {
  smokeball = createMockAuthorizationServer({ profile: 'smokeball', clients })
  miwa = createMockAuthorizationServer({ profile: 'miwa', clients })
  listening = [await smokeball.listen(), await miwa.listen()]
  posted = []
  const matters = mattersApi(smokeball)
  const apis = createServer(async (request, response) => {
    const { authorization = '' } = request.headers
    const isHub = request.url === '/digests'
    if (isHub) posted.push(JSON.parse(await text(request)))
    const answer = await (isHub ? miwa.fetch(miwa.resource, { headers: { authorization } }) : matters(authorization))
    response.writeHead(answer.status).end(await answer.text())
  })
  apis.listen(0, '127.0.0.1')
  await once(apis, 'listening')
  const api = `http://127.0.0.1:${(apis.address() as AddressInfo).port}`
  const directory = await mkdtemp(join(tmpdir(), 'digests-'))
  const [there, hub] = listening
  env = {
    SMOKEBALL_CLIENT_ID: credentials.clientId,
    SMOKEBALL_CLIENT_SECRET: credentials.clientSecret,
    SMOKEBALL_TOKEN_ENDPOINT: `${there?.server.tokenEndpoint}`,
    SMOKEBALL_API: api,
    MIWA_CLIENT_ID: credentials.clientId,
    MIWA_CLIENT_SECRET: credentials.clientSecret,
    MIWA_TOKEN_ENDPOINT: `${hub?.server.tokenEndpoint}`,
    HUB: api,
    SESSIONS: directory,
  }
  close = async () => {
    for (const server of listening) await server.close()
    apis.closeAllConnections()
    apis.close()
    await rm(directory, { recursive: true })
  }
})
afterEach(() => close())

/** What the program says, and the code that it ends with. */
const run = async (...firms: string[]) => {
  const program = spawn(process.execPath, [main, ...firms], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = Promise.all([text(program.stdout), text(program.stderr)])
  const [code] = await once(program, 'exit')
  return { code, said: (await said).join('') }
}

/** The firm has connected its account in another program, which shares the folder of the sessions. */
const connectFirm = async (firm: string): Promise<void> => {
  const { SMOKEBALL_API: apiUrl = '', SESSIONS: directory = '', SMOKEBALL_TOKEN_ENDPOINT: tokenEndpoint = '' } = env
  const server = { ...smokeball.server, tokenEndpoint }
  const store = fileStore({ directory })
  await connect(openFirms({ server, ...credentials, redirectUri, apiUrl, store }), smokeball, firm)
}

it('posts the digest of a firm that is connected, and says of the other one that it is not', async () => {
  await connectFirm('smith')
  const { code, said } = await run('smith', 'brown')

  expect(said).toBe('smith: ready\nbrown: reconnect\n')
  expect(code).toBe(1)
  expect(posted).toEqual([
    { firm: 'smith', state: 'ready', matters: ['Smith v. Jones', 'The estate of Mr Smith'] },
    { firm: 'brown', state: 'reconnect' },
  ])
})

it('goes on from run to run with the same session', async () => {
  await connectFirm('smith')
  expect((await run('smith')).code).toBe(0)
  expect((await run('smith')).code).toBe(0)

  expect(smokeball).toHaveReceivedTokenRequestTimes(1)
  expect(smokeball).toHaveReceivedTokenRequest({ grantType: 'authorization_code' })
})

it('shows no secret and no token when it fails', async () => {
  miwa.fault('token=invalid_clientx*')
  const { code, said } = await run('smith')

  expect(code).toBe(1)
  expect(said).toContain('invalid_client')
  expect(said).not.toContain(credentials.clientSecret)
})

it.each(['SMOKEBALL_CLIENT_ID', 'SMOKEBALL_CLIENT_SECRET', 'MIWA_CLIENT_ID', 'MIWA_CLIENT_SECRET', 'SESSIONS'])(
  'says that %s is not set, and asks nobody',
  async (name) => {
    delete env[name]
    const { code, said } = await run('smith')

    expect(code).toBe(1)
    expect(said).toContain(`${name} is not set`)
    expect([...smokeball.requests, ...miwa.requests]).toEqual([])
  },
)
