import { spotify } from '../../providers/index.js'
import type { ServiceProfile } from './profile.js'

export const spotifyProfile: ServiceProfile = {
  server: spotify,
  rotateRefreshTokens: 'public',
  fixedRefreshTokenExpiry: true,
}
