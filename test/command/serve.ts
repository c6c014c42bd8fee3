import { afterEach } from 'vitest'
import {
  createMockAuthorizationServer,
  type ListeningMock,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'

/** Of the client `service`. */
export const secret = 'a-secret-of-the-client'

/** Serves mocks on loopback, each for one test, with a confidential client `service` and a public one `desk`. */
export const servers = () => {
  const listening: ListeningMock[] = []
  afterEach(async () => {
    await Promise.all(listening.splice(0).map((one) => one.close()))
  })
  return async (options: Partial<MockAuthorizationServerOptions> = {}) => {
    const clients = [
      { clientId: 'service', clientSecret: secret },
      { clientId: 'desk', redirectUris: ['http://127.0.0.1/callback'] },
    ]
    const mock = createMockAuthorizationServer({ clients, ...options })
    const { origin, server, resource, ...rest } = await mock.listen()
    listening.push({ origin, server, resource, ...rest })
    const asked = (endpoint: string) => mock.requests.filter((request) => request.endpoint === endpoint).length
    return { mock, origin, server, resource, asked }
  }
}
