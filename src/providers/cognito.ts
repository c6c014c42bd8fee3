import type { AuthorizationServer } from '../core/server.js'
import { hostOf } from './host.js'

/** Which user pool of Amazon Cognito. */
export interface CognitoOptions {
  /** The host of the user pool: `auth.example.com` or `example.auth.eu-central-1.amazoncognito.com`. */
  readonly domain: string
}

/**
 * A user pool of Amazon Cognito. It reads Basic credentials raw, takes `client_id` in the body beside them if it is the
 * same, and refuses two authentications. A refresh answer holds no refresh token unless rotation is switched on.
 * Bad client credentials are answered with 400, not 401.
 */
export const cognito = (options: CognitoOptions): AuthorizationServer => {
  const base = `https://${hostOf(options?.domain, 'domain')}/oauth2`
  return {
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    revocationEndpoint: `${base}/revoke`,
    grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
    codeChallengeMethodsSupported: ['S256'],
    tokenEndpointAuthMethodsSupported: ['client_secret_basic', 'client_secret_post', 'none'],
    basicEncoding: 'raw',
  }
}
