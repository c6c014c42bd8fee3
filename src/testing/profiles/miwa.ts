import { miwa } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const miwaProfile: ServiceProfile = {
  server: miwa,
  tokenType: 'bearer',
  // Documented as the two tokens alone.
  omittedFields: {
    authorization_code: ['token_type', 'expires_in'],
    refresh_token: ['token_type', 'expires_in'],
  },
  publicClients: false,
  grantsWithoutScope: ['client_credentials'],
  defaultScope: 'all',
  scopeInAnswer: 'never',
}
