// A test with the matchers of bearward/vitest.
import 'bearward/vitest'
import { createClient } from 'bearward'
import { createMockAuthorizationServer } from 'bearward/testing'
import { expect } from 'vitest'

const clients = [{ clientId: 'service', clientSecret: 'secret' }]
const mock = createMockAuthorizationServer({ clients })
await createClient({ server: mock.server, ...clients[0], clientId: 'service', fetch: mock.fetch }).clientCredentials()

expect(mock).toHaveReceivedTokenRequest({ grantType: 'client_credentials' })
expect(mock).not.toHaveReceivedRequestTimes('revocation', 1, { clientId: expect.any(String) })
// @ts-expect-error the field is called grantType
expect(mock).toHaveReceivedTokenRequest({ grant_type: 'client_credentials' })
