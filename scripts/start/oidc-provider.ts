import { createClient, discover } from 'bearward'
import { clients, redirectUri, startProvider } from '../../test/oidc/provider.ts'
import type { Account } from './account.ts'
import { createSteps } from './steps.ts'

/** A certified authorization server, which knows nothing of this SDK. */
export const walkOidcProvider = async (account: Account): Promise<void> => {
  const provider = await startProvider()
  try {
    account.section('oidc-provider', `a certified server at ${provider.issuer}`)
    const steps = createSteps(account)
    const { fetch } = steps
    const server = await steps.step(
      'Its endpoints are discovered from its issuer',
      () => discover(provider.issuer, { fetch }),
      ({ tokenEndpoint }) => `an AuthorizationServer, tokenEndpoint ${tokenEndpoint}`,
    )
    const client = createClient({ ...clients.basic, server, fetch })

    const { token } = await steps.logIn(client, { redirectUri, scope: 'openid read' })
    await steps.opens(provider.resource, token)
    const renewed = await steps.refresh(client, token, true)
    await steps.fails('A used refresh token is refused, and its whole family is revoked', () => client.refresh(token), {
      code: 'error_response',
      error: 'invalid_grant',
      closes: { resource: provider.resource, token: renewed },
    })
    const own = await steps.clientCredentials(client, { scope: 'read' })
    await steps.revoke(client, own, provider.resource)
    const forger = createClient({ ...clients.basic, clientSecret: 'not-the-secret', server, fetch })
    await steps.fails('A wrong secret is refused', () => forger.clientCredentials(), {
      code: 'error_response',
      error: 'invalid_client',
      status: 401,
    })
  } finally {
    await provider.close()
  }
}
