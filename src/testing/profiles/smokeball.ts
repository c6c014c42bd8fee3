import { smokeball } from '../../providers/index.js'
import type { ProfileMaker } from '../profile.js'
import { cognitoProfile } from './cognito.js'

export const smokeballProfile: ProfileMaker = (options) => ({
  ...cognitoProfile(options),
  server: smokeball,
  grantsWithClientIdInBody: ['client_credentials'],
})
