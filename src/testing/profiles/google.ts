import { google } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const googleProfile: ServiceProfile = {
  server: google,
  verificationUriName: 'verification_url',
  hasCompleteUri: false,
  rotateRefreshTokens: false,
  openRevocation: true,
  strictRevocation: true,
  // What its own library for Node sends.
  revocationInQuery: true,
  revocationEndsGrant: true,
  refusals: { unknown_token: { error: 'invalid_token' } },
}
