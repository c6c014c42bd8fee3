import { smokeball } from '../../providers/index.js'
import { cognitoProfile } from './cognito.js'
import type { ServiceProfile } from './profile.js'

export const smokeballProfile: ServiceProfile = {
  ...cognitoProfile,
  server: smokeball,
  grantsWithClientIdInBody: ['client_credentials'],
}
