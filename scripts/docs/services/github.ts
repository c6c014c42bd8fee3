import { github } from 'bearward/providers'
import type { Service } from '../service.ts'

export const githubService: Service = {
  name: 'GitHub',
  preset: 'github',
  server: github,
  profile: 'github',
  refreshToken: {
    needs: 'a GitHub App whose user tokens expire; an OAuth app gets none, and its access token has no end',
    rotation: 'a new one with each refresh, which ends the used one and the old access token',
    lifetime: 'six months: `refresh_token_expires_in` says 15811200',
  },
  oddities: [
    'Every error is in a 200, under a name of its own: `incorrect_client_credentials`, `bad_verification_code`, `redirect_uri_mismatch`, `bad_refresh_token`. They are `error_response`; a session ends with the last.',
    'Scopes are asked for with spaces and answered with commas; `token.scope` has spaces. A GitHub App has permissions in their place, and `scope` is empty.',
    'The answer is a form unless JSON is asked for, which the SDK does.',
    'The access token of a GitHub App lives eight hours: `expires_in` says 28800.',
    'Public and confidential clients are not told apart: the code is exchanged with a secret. Of PKCE, S256 is taken and nothing else.',
    'A device whose code has expired hears `token_expired`.',
    'Revocation is an API of its own (`DELETE /applications/CLIENT_ID/token`), so the preset has none: `session.end()` forgets the tokens.',
  ],
  sources: [
    {
      url: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
      tells: 'endpoints, credentials in the body, scopes, the shape of an answer, ten minutes for a code',
    },
    {
      url: 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens',
      tells: 'refresh tokens and lifetimes',
    },
    {
      url: 'https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors',
      tells: 'the names of the errors',
    },
    {
      url: 'https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication',
      tells: 'PKCE, S256 only, for either kind of app',
    },
    {
      url: 'https://github.com/pilcrowonpaper/arctic/blob/main/src/providers/github.ts',
      tells: 'that Basic credentials are taken too: a library for it sends them',
    },
    { url: 'https://github.com/interlink-hq/interLink/pull/262', tells: 'a log of `bad_refresh_token` under a 200' },
  ],
  unknown: ['the error of a wrong code verifier', 'endpoints of Enterprise Server beyond another host'],
}
