import { spotify } from 'bearward/providers'
import type { Service } from '../service.ts'

const docs = 'https://developer.spotify.com'

export const spotifyService: Service = {
  name: 'Spotify',
  preset: 'spotify',
  server: spotify,
  profile: 'spotify',
  refreshToken: {
    needs: 'nothing',
    rotation: 'for public clients, whose used one is spent; others keep theirs where the answer has none',
    lifetime: 'six months from the user’s approval, however often it is used: then `invalid_grant`',
  },
  oddities: [
    'A client with a secret sends it in the header and nowhere else; one without uses PKCE.',
    'The six months are no number of seconds, so the preset names none, and `refreshTokenExpiresAt` is unknown.',
  ],
  sources: [
    {
      url: `${docs}/documentation/web-api/tutorials/refreshing-tokens`,
      tells: 'the refresh of both kinds of client, an hour for an access token',
    },
    { url: `${docs}/documentation/web-api/tutorials/client-credentials-flow`, tells: 'client credentials, Basic' },
    { url: `${docs}/blog/2026-06-18-refresh-token-expiration`, tells: 'the six months' },
    { url: 'https://docs.rs/rspotify/latest/rspotify/struct.AuthCodePkceSpotify.html', tells: 'rotation with PKCE' },
    {
      url: 'https://educative.io/courses/integrate-the-spotify-api-in-javascript/obtain-the-authorization-code-access-token',
      tells: 'the authorization endpoint',
    },
    {
      url: 'https://github.com/panva/wellknown/blob/main/issuers/spotify/spotify.mjs',
      tells: 'S256 only, in the metadata of its OpenID Connect, whose other endpoints are not those of the Web API',
    },
  ],
  unknown: ['revocation: its OpenID Connect has an endpoint, of which the pages for developers say nothing'],
}
