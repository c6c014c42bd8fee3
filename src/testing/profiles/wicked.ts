import { wicked } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const wickedProfile: ServiceProfile = {
  server: wicked({ host: 'api.wicked.test', authMethodId: 'default', apiId: 'petstore' }),
  tokenType: 'bearer',
  unrefreshedKinds: ['spa'],
  bodyClientIdHidesBasic: true,
  redirectUriAtToken: false,
  defaultScope: 'none',
  unfitScope: 'dropped',
  scopeInAnswer: 'reduced',
  refusals: {
    no_client: { status: 400 },
    secret_missing: { status: 400 },
    unknown_client: { status: 400, error: 'invalid_request' },
    secret_of_public_client: { error: 'unauthorized_client' },
    public_client_credentials: { status: 401 },
    unknown_code: { status: 401 },
    verifier_without_challenge: { error: 'invalid_request' },
    unknown_scope: { page: true },
  },
}
