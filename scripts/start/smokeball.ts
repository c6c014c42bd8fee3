import { createClient } from 'bearward'
import { redirectUri } from '../../test/oidc/provider.ts'
import type { Account } from './account.ts'
import { walkMock } from './mock.ts'

const office = { clientId: 'office', clientSecret: 'the-secret-of-the-office' }

/** Smokeball: Basic credentials and `client_id` in the body beside them, and one refresh token that stays. */
export const walkSmokeball = (account: Account): Promise<void> =>
  walkMock(
    account,
    { profile: 'smokeball', clients: [{ ...office, redirectUris: [redirectUri] }] },
    async ({ steps, server, resource }) => {
      const client = createClient({ ...office, server, fetch: steps.fetch })
      const { token } = await steps.logIn(client, { redirectUri, scope: 'matters' })
      await steps.opens(resource, token)
      const renewed = await steps.refresh(client, token, false)
      await steps.revoke(client, renewed, resource)
      await steps.clientCredentials(client, { scope: 'matters' })
      const forger = createClient({ ...office, clientSecret: 'not-the-secret', server, fetch: steps.fetch })
      await steps.fails('A wrong secret is refused, with 400 as Cognito does', () => forger.clientCredentials(), {
        code: 'error_response',
        error: 'invalid_client',
        status: 400,
      })
    },
  )
