import { google } from 'bearward/providers'
import type { Service } from '../service.ts'

export const googleService: Service = {
  name: 'Google',
  preset: 'google',
  server: google,
  profile: 'google',
  refreshToken: {
    needs: '`access_type=offline`, at the first consent or with `prompt=consent`',
    rotation: 'none: a refresh answers without one, and the old one is kept',
    lifetime: 'until revoked, or six months without use; `refresh_token_expires_in` where the answer has it',
  },
  oddities: [
    'Without `offlineAccess: true` there is no refresh token; with it the user sees the consent page each time, because `prompt=consent` is what gives one again. Your own `parameters: { prompt }` goes before it.',
    'A device authorization response calls the page `verification_url`; it is `verificationUri` all the same.',
    'Revocation takes an access token or a refresh token, and ends both. It asks for no client, but gets one, as RFC 7009 has it. A token that it does not know is answered with 400, so `client.revoke()` fails for one that is revoked already.',
  ],
  sources: [
    {
      url: 'https://github.com/int128/kubelogin/pull/846',
      tells: '`verification_url` in a device authorization response',
    },
    {
      url: 'https://developers.google.com/identity/openid-connect/reference',
      tells: 'the issuer, and where its metadata are',
    },
    {
      url: 'https://github.com/panva/wellknown/blob/main/issuers/google/google.mjs',
      tells: 'a copy of the metadata: endpoints, client authentication, PKCE, grants',
    },
    {
      url: 'https://cloud.google.com/nodejs/docs/reference/google-auth-library/latest/google-auth-library/credentialrequest',
      tells: 'a refresh token only for `access_type=offline`',
    },
    {
      url: 'https://github.com/googleapis/google-api-nodejs-client/issues/52',
      tells: 'a refresh token with the first exchange only, and none with a later one',
    },
    { url: 'https://github.com/pdobsan/oama/issues/36', tells: '`prompt=consent` gives one again' },
    {
      url: 'https://github.com/googleapis/google-api-ruby-client/issues/796',
      tells: 'revocation: either token, 200, or 400 with an error',
    },
    {
      url: 'https://docs.gitguardian.com/secrets-detection/secrets-detection-engine/detectors/specifics/google_oauth2_refresh_token',
      tells: 'six months without use; revocation without further credentials',
    },
  ],
  unknown: ['the `error` of a refused revocation', 'whether `iss` comes with the authorization response'],
}
