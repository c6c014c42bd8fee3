export { OAuthError, type OAuthErrorCode } from './core/errors.js'
export type { AuthorizationServer } from './core/server.js'
export {
  type AuthorizationRequest,
  type AuthorizationRequestOptions,
  authorizationRequest,
} from './protocol/authorization-request.js'
export {
  type AuthorizationResponse,
  authorizationResponse,
  type Callback,
} from './protocol/authorization-response.js'
