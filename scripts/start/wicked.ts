import { createClient, missingScope } from 'bearward'
import { wicked } from 'bearward/providers'
import { redirectUri } from '../../test/oidc/provider.ts'
import type { Account } from './account.ts'
import { walkMock } from './mock.ts'

const portal = { clientId: 'portal', clientSecret: 'the-secret-of-the-portal' }

/** wicked: endpoints for each API, scopes that are dropped in silence, an HTML page for one it does not know. */
export const walkWicked = (account: Account): Promise<void> =>
  walkMock(
    account,
    {
      profile: 'wicked',
      clients: [{ ...portal, redirectUris: [redirectUri], scope: 'read' }],
      server: wicked({ host: 'api.wicked.test', authMethodId: 'local', apiId: 'pets' }),
      quirks: { knownScopes: ['read', 'write'] },
    },
    async ({ steps, server, resource }) => {
      const client = createClient({ ...portal, server, fetch: steps.fetch })
      const { token } = await steps.logIn(client, { redirectUri, scope: 'read' })
      await steps.opens(resource, token)
      const renewed = await steps.refresh(client, token, true)
      await steps.fails(
        'A used refresh token is refused, and its whole family is revoked',
        () => client.refresh(token),
        {
          code: 'error_response',
          error: 'invalid_grant',
          closes: { resource, token: renewed },
        },
      )
      await steps.step(
        'A scope that the client may not have is dropped, and the SDK tells which',
        async () => {
          const reduced = await client.clientCredentials({ scope: 'read write' })
          if (`${missingScope(reduced)}` !== 'write') throw new Error('the reduced scope went unseen')
          return reduced
        },
        (reduced) => `granted "${reduced.scope}", missing "${missingScope(reduced).join(' ')}"`,
      )
      await steps.fails(
        'A scope it does not know is answered with a page',
        () => client.clientCredentials({ scope: 'fly' }),
        {
          code: 'invalid_response',
          status: 400,
        },
      )
    },
  )
