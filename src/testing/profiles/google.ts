import { google } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const googleProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: google,
  verificationUriName: 'verification_url',
  hasCompleteUri: false,
  rotateRefreshTokens: false,
  refreshTokenNeeds: 'access_type',
  openRevocation: true,
  strictRevocation: true,
  // What its own library for Node sends.
  revocationInQuery: true,
  revocationEndsGrant: true,
  refusals: { unknown_token: { error: 'invalid_token' } },
})
