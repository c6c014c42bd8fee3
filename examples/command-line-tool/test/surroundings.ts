import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMockAuthorizationServer, type MockLogin } from 'bearward/testing'
import { type Running, runTool } from './tool.ts'

/** A service to log in to, and a home of its own for the tool. */
export const createSurroundings = async ({ login = 'automatic' }: { readonly login?: MockLogin } = {}) => {
  const mock = createMockAuthorizationServer({
    clients: [{ clientId: 'mytool', redirectUris: ['http://127.0.0.1/callback'] }],
    userClaims: { ada: { name: 'Ada Lovelace' }, user: { name: 'A user' } },
    deviceInterval: 1,
  })
  const { origin, resource, close } = await mock.listen({ login })
  const home = await mkdtemp(join(tmpdir(), 'mytool-'))
  const environment = {
    MYTOOL_ISSUER: origin,
    MYTOOL_API: resource,
    XDG_CONFIG_HOME: home,
    LOCALAPPDATA: home,
    BROWSER: 'none',
  }

  const runs: Running[] = []
  const start = (...argv: readonly string[]): Running => {
    const running = runTool(environment, ...argv)
    runs.push(running)
    return running
  }

  /** Plays the user who has the page opened that the tool names. @returns what the browser shows in the end */
  const visit = async (url: string, user: { readonly user?: string; readonly deny?: boolean } = {}): Promise<string> =>
    (await fetch(await mock.authorize(url, user))).text()

  /** What the mock has seen at an endpoint. */
  const journal = (endpoint: string) => mock.requests.filter((request) => request.endpoint === endpoint)

  return {
    mock,
    home,
    environment,
    start,
    /** All that the tool has ever printed. */
    printed: async () =>
      (await Promise.all(runs.map((one) => one.ended()))).map(({ stdout, stderr }) => stdout + stderr).join(''),
    visit,
    journal,
    close: async () => {
      await close()
      await rm(home, { recursive: true })
    },
  }
}

/** The page that the tool asks its user to open. */
export const page = /^ +(http\S+)$/m

/** The code that it asks them to enter there. */
export const userCode = /^ +([A-Z]{4}-[A-Z]{4})$/m
