import { keycloak } from 'bearward/providers'
import type { Service } from '../service.ts'

const source = 'https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak'

export const keycloakService: Service = {
  name: 'Keycloak',
  preset: "keycloak({ url: 'https://sso.example.com', realm: 'my-realm' })",
  server: keycloak({ url: 'https://sso.example.com', realm: 'my-realm' }),
  profile: 'keycloak',
  refreshToken: {
    needs: 'nothing; the scope `offline_access` makes it one that outlives the user’s session',
    rotation: 'a setting of the realm (Revoke Refresh Token): where it is on, a used one is revoked',
    lifetime: 'that of the user’s session, as the realm has it: `refresh_expires_in`, where 0 is no end',
  },
  oddities: [
    "Older ones are below `/auth`: `url: 'https://sso.example.com/auth'`.",
    'A wrong secret is answered with `unauthorized_client`, not `invalid_client`. Basic credentials are form-decoded, as RFC 6749 has it.',
    'Revoking a refresh token also revokes the consent of the user.',
    '`refresh_expires_in` becomes `refreshTokenExpiresAt`.',
  ],
  sources: [
    { url: 'https://www.keycloak.org/securing-apps/oidc-layers', tells: 'the endpoints of a realm, revocation' },
    {
      url: 'https://www.keycloak.org/docs/latest/server_admin/#_timeouts',
      tells: 'Revoke Refresh Token, the timeouts of sessions and offline sessions',
    },
    {
      url: 'https://www.keycloak.org/docs-api/latest/javadocs/org/keycloak/representations/AccessTokenResponse.html',
      tells: 'the fields of a token answer',
    },
    {
      url: `${source}/authentication/authenticators/client/ClientIdAndSecretAuthenticator.java`,
      tells: 'client authentication, and its errors',
    },
    { url: `${source}/protocol/oidc/OIDCWellKnownProvider.java`, tells: 'the metadata: issuer, grants, PKCE' },
    {
      url: 'https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/keycloak_refresh_token',
      tells: 'that offline tokens have no expiry',
    },
  ],
  unknown: ['from which version on `iss` comes with the authorization response; if it comes, it is checked'],
}
