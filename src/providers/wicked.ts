import type { AuthorizationServer } from '../core/server.js'
import { hostOf, segmentOf } from './host.js'

/** Which API of which portal, and what the client is there. */
export interface WickedOptions {
  /** The host of the API portal, with its port if it has one: `api.example.com`. */
  readonly host: string
  /** The auth method of the portal, as its URLs name it. */
  readonly authMethodId: string
  /** The API that the subscription is for, as its URLs name it. */
  readonly apiId: string
  /** As the client is registered: wicked refuses a secret from a public one. @default 'confidential' */
  readonly clientType?: 'confidential' | 'public'
}

/**
 * wicked.haufe.io: endpoints for each auth method and API, no discovery document, no revocation. It reads Basic
 * credentials raw, and not at all if the body holds `client_id`. It drops scopes that the subscription may not have and
 * then says what is left. Refresh tokens rotate; public single-page apps get none and renew with `prompt=none`.
 */
export const wicked = (options: WickedOptions): AuthorizationServer => {
  const { host, authMethodId, apiId, clientType = 'confidential' } = options ?? {}
  const portal = `https://${hostOf(host, 'host')}`
  const base = `${portal}/auth/${segmentOf(authMethodId, 'authMethodId')}/api/${segmentOf(apiId, 'apiId')}`
  return {
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    codeChallengeMethodsSupported: ['S256', 'plain'],
    ...(clientType === 'public'
      ? {
          grantTypesSupported: ['authorization_code', 'refresh_token'],
          tokenEndpointAuthMethodsSupported: ['none'],
        }
      : {
          grantTypesSupported: ['authorization_code', 'refresh_token', 'client_credentials'],
          tokenEndpointAuthMethodsSupported: ['client_secret_post', 'client_secret_basic'],
        }),
    basicEncoding: 'raw',
  }
}
