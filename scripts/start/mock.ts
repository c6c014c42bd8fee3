import type { AuthorizationServer } from 'bearward'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from 'bearward/testing'
import type { Account } from './account.ts'
import { createSteps, type Steps } from './steps.ts'

export interface MockWalk {
  readonly steps: Steps
  /** The preset of `bearward/providers`, its endpoints moved to where the mock listens. */
  readonly server: AuthorizationServer
  readonly resource: string
}

/** Opens a mock as a real server on loopback, walks along it and closes it. */
export const walkMock = async (
  account: Account,
  options: MockAuthorizationServerOptions,
  walk: (mock: MockWalk) => Promise<void>,
): Promise<void> => {
  const mock = createMockAuthorizationServer(options)
  const { origin, server, resource, close } = await mock.listen()
  try {
    account.section(`${options.profile}`, `the mock of its profile at ${origin}`)
    const steps = createSteps(account, async (url) => new Request(await mock.authorize(url)))
    await walk({ steps, server, resource })
  } finally {
    await close()
  }
}
