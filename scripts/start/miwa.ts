import { createClient } from 'bearward'
import { miwa } from 'bearward/providers'
import { redirectUri } from '../../test/oidc/provider.ts'
import type { Account } from './account.ts'
import { walkMock } from './mock.ts'

const shop = { clientId: 'shop', clientSecret: 'the-secret-of-the-shop' }

/** miwa: credentials in the body, rotation, answers of two tokens and nothing else, no revocation. */
export const walkMiwa = (account: Account): Promise<void> =>
  walkMock(
    account,
    { profile: 'miwa', clients: [{ ...shop, redirectUris: [redirectUri] }] },
    async ({ steps, server, resource }) => {
      const client = createClient({ ...shop, server, fetch: steps.fetch })
      const { request, callback, token } = await steps.logIn(client, { redirectUri, scope: 'profile' })
      await steps.opens(resource, token)
      const renewed = await steps.refresh(client, token, true)
      await steps.fails(
        'A used code is refused, and what came of it is revoked',
        () => client.exchangeCode(callback, request),
        {
          code: 'error_response',
          error: 'invalid_grant',
          closes: { resource, token: renewed },
        },
      )
      await steps.clientCredentials(client)
      await steps.fails(
        'It offers no revocation: the SDK says so before anything is sent',
        () => createClient({ ...shop, server: miwa, fetch: steps.fetch }).revoke(renewed),
        { code: 'unsupported', sent: false },
      )
    },
  )
