import type { AuthorizationServer } from '../core/server.js'
import { cognito } from './cognito.js'

/** Smokeball: Amazon Cognito, and its page shows `client_id` in the body beside the Basic credentials. */
export const smokeball: AuthorizationServer = {
  ...cognito({ domain: 'auth.smokeball.com' }),
  basicClientIdInBody: true,
  defaultExpiresIn: 3600,
}
