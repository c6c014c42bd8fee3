import { snakeCase } from './names.js'
import {
  asNonEmpty,
  type Json,
  object,
  parse,
  type Reading,
  read,
  required,
  type Schema,
  scope,
  seconds,
  text,
  transform,
} from './requests.js'

// What endpoints answer that a program may never ask. The schemas are made of what `wire.ts` is made of.

/** RFC 8628 §3.2. */
const deviceAuthorizationResponse = object({
  device_code: required(asNonEmpty),
  user_code: required(asNonEmpty),
  verification_uri: required(asNonEmpty),
  verification_uri_complete: text,
  expires_in: seconds,
  interval: seconds,
})

/** RFC 7662 §2.2. */
const introspectionResponse = object({
  active: required((value) => (typeof value === 'boolean' ? value : undefined)),
  scope,
  client_id: text,
  username: text,
  token_type: text,
  exp: seconds,
  iat: seconds,
  nbf: seconds,
  sub: text,
  /** One, or several. */
  aud: transform((value: unknown) => {
    const audiences = [value].flat().filter(asNonEmpty) as string[]
    return audiences.length || Array.isArray(value) ? audiences : undefined
  }),
  iss: text,
  jti: text,
})

/** OpenID Connect Core §5.3.2. */
const userinfo = object({ sub: required(asNonEmpty) })

/** A list of texts, if it is there: one word in place of a list would be searched letter by letter. */
const texts = transform((value: unknown, { issues }) => {
  if (value === undefined || value === null) return
  if (!Array.isArray(value) || !value.every(asNonEmpty)) issues.push({ code: 'custom', input: undefined })
})

/** RFC 9126 §2.2. */
const pushedResponse = object({ request_uri: required(asNonEmpty), expires_in: seconds })

/** RFC 8414 §2. */
const metadata = object({
  issuer: required(asNonEmpty),
  token_endpoint: required(asNonEmpty),
  token_endpoint_auth_methods_supported: texts,
  code_challenge_methods_supported: texts,
  grant_types_supported: texts,
  response_types_supported: texts,
  scopes_supported: texts,
  dpop_signing_alg_values_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  id_token_signing_alg_values_supported: texts,
  authorization_details_types_supported: texts,
})

/** RFC 9728 §2. */
const resourceMetadata = object({
  resource: required(asNonEmpty),
  authorization_servers: texts,
  scopes_supported: texts,
  bearer_methods_supported: texts,
})

/** RFC 7591 §3.2.1. */
const registration = object({
  client_id: required(asNonEmpty),
  client_secret: text,
  client_secret_expires_at: seconds,
  client_id_issued_at: seconds,
  registration_access_token: text,
  registration_client_uri: text,
  token_endpoint_auth_method: text,
})

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

export interface DeviceAuthorizationResponse {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string | undefined
  readonly expires_in: number | undefined
  readonly interval: number | undefined
}

export const readDeviceAuthorization = (body: string): Reading<DeviceAuthorizationResponse> => {
  const json = parse(body) as Json | null | false
  // Google, and OpenAM until 2019, call it by the name that it had before the RFC.
  return read(deviceAuthorizationResponse, json && { verification_uri: json['verification_url'], ...json })
}

export interface IntrospectionResponse {
  readonly active: boolean
  readonly scope: string | undefined
  readonly client_id: string | undefined
  readonly username: string | undefined
  readonly token_type: string | undefined
  readonly exp: number | undefined
  readonly iat: number | undefined
  readonly nbf: number | undefined
  readonly sub: string | undefined
  readonly aud: readonly string[] | undefined
  readonly iss: string | undefined
  readonly jti: string | undefined
}

/** What an introspection endpoint says of a token, with all its fields. */
export const readIntrospection = (body: string): Reading<IntrospectionResponse> & { readonly raw: Json } => {
  const json = parse(body)
  return { ...read(introspectionResponse, json), raw: json as Json }
}

export interface PushedResponse {
  readonly request_uri: string
  readonly expires_in: number | undefined
}

/** What a server made of a pushed authorization request. */
export const readPushedResponse = (body: string): Reading<PushedResponse> => read(pushedResponse, parse(body))

const readWhole = <Data>(schema: Schema<Data>, json: unknown): Reading<Json> => {
  const { data, problem } = read(schema, json)
  return { data: data && (json as Json), problem }
}

/** All fields but those that would pass for a checked one, unchecked, once they have names in camelCase. */
const readDocument = <Data>(schema: Schema<Data> & { readonly shape: object }, json: unknown): Reading<Json> => {
  const { data, problem } = readWhole(schema, json)
  const isWire = (name: string) => name === snakeCase(name) || !(snakeCase(name) in schema.shape)
  return { data: data && Object.fromEntries(Object.entries(data).filter(([name]) => isWire(name))), problem }
}

/** The metadata of a server, with all its fields; `corrections` take the place of what the document says. */
export const readMetadata = (body: string, corrections: Json): Reading<Json> => {
  const json = parse(body)
  return readDocument(metadata, isObject(json) ? { ...json, ...corrections } : json)
}

/** What a userinfo endpoint says of a user, with all its fields. */
export const readUserinfo = (body: string): Reading<Json> => readWhole(userinfo, parse(body))

/** The metadata of a protected resource, with all its fields. */
export const readResourceMetadata = (body: string): Reading<Json> => readDocument(resourceMetadata, parse(body))

export interface RegistrationResponse {
  readonly client_id: string
  readonly client_secret: string | undefined
  readonly client_secret_expires_at: number | undefined
  readonly client_id_issued_at: number | undefined
  readonly registration_access_token: string | undefined
  readonly registration_client_uri: string | undefined
  readonly token_endpoint_auth_method: string | undefined
}

/** What a registration endpoint says of the client that it has registered, with all its fields. */
export const readRegistration = (body: string): Reading<RegistrationResponse> & { readonly raw: Json } => {
  const json = parse(body)
  return { ...read(registration, json), raw: json as Json }
}
