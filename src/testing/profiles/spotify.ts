import { spotify } from '../../providers/index.js'
import { type ProfileMaker, rfcTrue } from '../profile.js'

export const spotifyProfile: ProfileMaker = () => ({
  ...rfcTrue,
  server: spotify,
  rotateRefreshTokens: 'public',
  fixedRefreshTokenExpiry: true,
})
