import { smokeball } from '../../providers/index.js'
import type { ServiceProfile } from '../profile.js'
import { cognitoProfile } from './cognito.js'

export const smokeballProfile: ServiceProfile = {
  ...cognitoProfile,
  server: smokeball,
  grantsWithClientIdInBody: ['client_credentials'],
}
