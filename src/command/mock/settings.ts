import type { MockAuthorizationServerOptions, MockLogin, MockProfile } from '../../testing/index.js'
import { clientOf, readyMadeClients } from './clients.js'
import type { MockConfig } from './config-fields.js'
import { readConfigFile } from './config-file.js'

/** What the arguments say. */
export interface MockArguments {
  readonly config?: string
  readonly profile?: MockProfile
  readonly port?: number
  readonly issuer?: string
  readonly client?: readonly string[]
  readonly fault?: readonly string[]
  readonly seed?: number
  readonly login?: MockLogin
  readonly accessTokenLifetime?: number
  readonly refreshTokenLifetime?: number
  readonly authorizationCodeLifetime?: number
  readonly deviceCodeLifetime?: number
  readonly deviceInterval?: number
  readonly refreshTokenGracePeriod?: number
  /** `false` by `--no-rotation`. */
  readonly rotation?: boolean
  readonly tokenFormat?: 'opaque' | 'jwt'
  readonly requirePar?: boolean
  readonly requireDpop?: boolean
  readonly dpopNonce?: 'authorization-server' | 'resource' | 'both'
  readonly https?: boolean
  readonly certificate?: string
  readonly json?: boolean
  readonly quiet?: boolean
}

export interface MockSettings {
  readonly port: number
  /** `false`: over http. */
  readonly https: NonNullable<MockConfig['https']>
  /** The file that the certificate is written to. Absent: one in a temporary folder. */
  readonly certificate?: string
  readonly options: MockAuthorizationServerOptions
}

/** The number of RFC 6749. */
export const defaultPort = 6749

/** An issuer by its path alone: where it is, is known when the mock listens. */
const issuerOf = (written: string): string => (written.startsWith('/') ? `https://as.test${written}` : written)

/** What the arguments say, by the names of the configuration. */
const configOf = (given: MockArguments, { dpop = {} }: MockConfig): MockConfig => {
  const {
    config,
    client,
    fault,
    rotation,
    tokenFormat,
    requirePar,
    requireDpop,
    dpopNonce,
    json,
    quiet,
    issuer,
    ...same
  } = given
  const proofs = { ...(requireDpop && { required: true }), ...(dpopNonce && { nonce: dpopNonce }) }
  return {
    ...same,
    ...(issuer !== undefined && { issuer }),
    ...(client && { clients: client.map(clientOf) }),
    ...(fault && { faults: fault }),
    ...(tokenFormat && { accessTokenFormat: tokenFormat }),
    ...(rotation === false && { rotateRefreshTokens: false }),
    ...(requirePar && { requirePushedAuthorizationRequests: true }),
    ...(Object.keys(proofs).length > 0 && { dpop: { ...dpop, ...proofs } }),
  }
}

/**
 * What the mock is to be: an argument replaces what the file says of the same.
 * @throws {UsageError} for a file that cannot be.
 */
export const settingsOf = async (given: MockArguments): Promise<MockSettings> => {
  const file = given.config === undefined ? {} : await readConfigFile(given.config)
  const all: MockConfig = { ...file, ...configOf(given, file) }
  const { port = defaultPort, certificate, https = certificate !== undefined, ...rest } = all
  const { clients = readyMadeClients, issuer, ...options } = rest
  const place = certificate === undefined ? {} : { certificate }
  return {
    port,
    https,
    ...place,
    options: { ...options, clients, ...(issuer !== undefined && { issuer: issuerOf(issuer) }) },
  }
}
