import { cognito } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const cognitoProfile: ServiceProfile = {
  server: cognito({ domain: 'example.auth.eu-central-1.amazoncognito.com' }),
  authorizationCodeLifetime: 300,
  rotateRefreshTokens: false,
  accessTokenFormat: 'jwt',
  defaultScope: 'all',
  scopeInAnswer: 'never',
  errorDescriptions: false,
  refusals: {
    no_client: { status: 400 },
    unknown_client: { status: 400 },
    secret_missing: { status: 400 },
    wrong_secret: { status: 400 },
    method_refused: { status: 400 },
    secret_of_public_client: { status: 400 },
  },
}
