import { entra } from 'bearward/providers'
import type { Service } from '../service.ts'

export const entraService: Service = {
  name: 'Microsoft Entra',
  preset: "entra({ tenant: 'contoso.onmicrosoft.com' })",
  server: entra({ tenant: 'contoso.onmicrosoft.com' }),
  profile: 'entra',
  refreshToken: {
    needs: 'the scope `offline_access`',
    rotation: 'a new one with each refresh; the used one is not revoked',
    lifetime: '24 hours in a single-page app, carried over by each refresh; 90 days by default elsewhere',
  },
  oddities: [
    'An access token is for one resource. A code or a refresh token gets one for another where its scope is asked for: `exchangeCode(callback, request, { parameters: { scope } })`, `refresh(token, { scope })`.',
    "Client credentials ask for the scope `RESOURCE/.default`: `clientCredentials({ scope: 'https://graph.microsoft.com/.default' })`.",
    "The issuer holds the tenant's id, and the metadata of `common`, `organizations` and `consumers` have `{tenantid}` in its place. So the preset names an issuer only where `tenant` is an id, and `discover()` cannot take those three.",
    'A refresh that needs the user is answered with `interaction_required` or `consent_required`: the session ends, and the user must authorize again.',
    'A device has no `verificationUriComplete`, and hears `authorization_declined` where the user says no.',
    'The code of a `spa` redirect URI is exchanged in the browser only, and without a secret.',
  ],
  sources: [
    {
      url: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow',
      tells: 'the flow, PKCE, `scope` at the token endpoint, errors, that used refresh tokens are not revoked',
    },
    { url: 'https://learn.microsoft.com/entra/identity-platform/refresh-tokens', tells: 'lifetimes and replacement' },
    {
      url: 'https://github.com/panva/wellknown/blob/main/issuers/entra-common/entra-common.mjs',
      tells: 'a copy of the metadata: endpoints, client authentication, `{tenantid}`, no revocation endpoint',
    },
    {
      url: 'https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code',
      tells: 'the device grant: its response, its errors, 15 minutes, `offline_access`',
    },
    {
      url: 'https://learn.microsoft.com/dotnet/api/microsoft.identity.client.confidentialclientapplication.acquiretokenforclient',
      tells: '`.default` for client credentials',
    },
  ],
  unknown: ['whether an answered `scope` names `offline_access`', 'the lifetimes that a tenant has set'],
}
