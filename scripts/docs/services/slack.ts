import { slack } from 'bearward/providers'
import type { Service } from '../service.ts'

const docs = 'https://docs.slack.dev'

export const slackService: Service = {
  name: 'Slack',
  preset: 'slack()',
  server: slack(),
  profile: 'slack',
  refreshToken: {
    needs: 'an app with token rotation switched on; without it, an access token has no end',
    rotation: 'a new one with each refresh; the used one is revoked after a short grace',
    lifetime: 'without end; 30 days in an app with PKCE',
  },
  oddities: [
    'Errors are in a 200, `{ "ok": false, "error": … }`, under names of their own: `invalid_code`, `bad_client_secret`, `invalid_refresh_token` and so on. They are `error_response`; a session ends with the last.',
    'Scopes are parted by commas, in requests and answers. The SDK’s own are space-separated as ever.',
    '`token_type` says whose token it is, `bot` or `user`. It is sent as `Bearer`.',
    "Installing an app gives the bot's token. A user's token, asked for beside it with `parameters: { user_scope: 'search:read' }`, is in `token.raw['authed_user']` as it came, with a refresh token of its own: hand that to a session of its own, `client.sessionSource({ token: { refreshToken } })`. An answer that has no token but that one is `invalid_response`.",
    "`slack({ tokens: 'user' })` asks for a user's token alone, at endpoints where it is an answer like any other.",
    "PKCE is for apps that have switched it on, which makes them public clients and cannot be undone. Others are refused with `pkce_not_allowed`, and must ask with `insecurePkce: 'none'`.",
    'Access tokens live twelve hours where they rotate, and two may be active at once.',
    '`auth.revoke` is an API method that takes the token as `Bearer`, so the preset has no revocation: `session.end()` forgets the tokens.',
  ],
  sources: [
    {
      url: `${docs}/authentication/installing-with-oauth`,
      tells:
        'endpoints, comma-separated scopes, `user_scope`, `authed_user`, the flow for users alone, ten minutes for a code',
    },
    { url: `${docs}/authentication/using-token-rotation`, tells: 'lifetimes, single use and grace, `auth.revoke`' },
    { url: `${docs}/authentication/using-pkce`, tells: 'what PKCE does to an app' },
    {
      url: `${docs}/reference/methods/oauth.v2.access`,
      tells: 'Basic recommended, the answers, the names of the errors',
    },
    { url: `${docs}/reference/methods/oauth.v2.user.access`, tells: 'the same for users alone' },
  ],
  unknown: ['how long the grace of a used refresh token is', 'whether scopes with spaces would be taken'],
}
