export {
  type ClientAssertionOptions,
  type ClientSecretJwtOptions,
  clientSecretJwt,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
} from './client-assertion.js'
export { type IdTokenValidatorOptions, idTokenValidator, type TypedIdTokenValidator } from './id-token.js'
export type { SigningKey } from './signing-key.js'
