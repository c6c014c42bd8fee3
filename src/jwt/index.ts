export {
  type ClientAssertionOptions,
  type ClientSecretJwtOptions,
  clientSecretJwt,
  type PrivateKeyJwtOptions,
  privateKeyJwt,
} from './client-assertion.js'
export type { SigningKey } from './signing-key.js'
