export { clientIdMetadataDocument, createClient, discover, discoverResource, registerClient } from './client.js'
export type {
  Client,
  ClientCredentialsSourceOptions,
  ClientOptions,
  ExtensionGrantSourceOptions,
  JwtBearerSourceOptions,
  TokenExchangeSourceOptions,
} from './client-types.js'
export type { Clock } from './core/clock.js'
export {
  type Delivery,
  OAuthError,
  type OAuthErrorCode,
  type OAuthErrorFields,
  type ServerError,
} from './core/errors.js'
export type { Given, Giver } from './core/given.js'
export type { IdTokenClaims } from './core/id-token-claims.js'
export type { DPoP, Proof, ProofRequest } from './core/proof.js'
export { missingScope, type Scope } from './core/scope.js'
export type { AuthorizationServer } from './core/server.js'
export { type StepUpHint, type StepUpOptions, stepUp } from './core/step-up.js'
export type { AuthorizationDetail, Target } from './core/target.js'
export type { Token } from './core/token.js'
export { type BearerChallenge, bearerChallenge } from './fetch/bearer-challenge.js'
export { type BearerFetchOptions, bearerFetch } from './fetch.js'
export type { AuthorizationRequest, AuthorizationRequestOptions } from './protocol/authorization-request.js'
export type { Callback } from './protocol/authorization-response.js'
export type { ClientAuthentication } from './protocol/client-authentication.js'
export type { ClientCredentialsOptions } from './protocol/client-credentials.js'
export type { ClientMetadata } from './protocol/client-metadata.js'
export type { EndpointOptions, GrantOptions, RequestOptions } from './protocol/context.js'
export type { DeviceAuthorization, DeviceAuthorizationOptions } from './protocol/device-authorization.js'
export type { DiscoveredServer, DiscoverOptions, DocumentLocation } from './protocol/discovery.js'
export type { ClientAuthorizationRequestOptions } from './protocol/elaborate-request.js'
export type { ExtensionGrantOptions } from './protocol/extension-grant.js'
export type { IdTokenKeys, IdTokenValidator, ReceivedIdToken } from './protocol/id-token-validator.js'
export type { Introspection, IntrospectOptions } from './protocol/introspection.js'
export type { JwtBearerOptions } from './protocol/jwt-bearer.js'
export type { LogoutOptions } from './protocol/logout.js'
export type { DiscoverResourceOptions, ProtectedResource } from './protocol/protected-resource.js'
export type { RefreshOptions } from './protocol/refresh.js'
export type { ClientRegistration, RegisterClientOptions } from './protocol/registration.js'
export type { RevokeOptions } from './protocol/revocation.js'
export type { ExchangedToken, TokenExchangeOptions, TokenType } from './protocol/token-exchange.js'
export type { Address, Userinfo, UserinfoOptions } from './protocol/userinfo.js'
export { type EncryptedOptions, type EncryptionKey, encrypted } from './stores/encrypted.js'
export { memoryStore } from './stores/memory.js'
export type { AroundRenewal, TokenEvent } from './tokens/events.js'
export type { FreshnessOptions } from './tokens/freshness.js'
export type { SharedPlace } from './tokens/grant-sources.js'
export type {
  LoneSessionSourceOptions,
  SessionSourceOptions,
  SessionsOptions,
  SharedSessionSourceOptions,
} from './tokens/session-options.js'
export type { Sessions } from './tokens/sessions.js'
export type { SharedSourceOptions, WhenStoreFails } from './tokens/shared-source.js'
export type { Session, SessionToken, TokenOptions, TokenSource, WaitUntil } from './tokens/source.js'
export type { ManagedSource, SourceOptions } from './tokens/sources.js'
export type { LockOptions, Stored, TokenStore, WriteOptions } from './tokens/store.js'
export type { Verdict } from './tokens/verdict.js'
