import {
  asNonEmpty,
  type Json,
  object,
  parse,
  type Reading,
  read,
  required,
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

/** What a userinfo endpoint says of a user, with all its fields. */
export const readUserinfo = (body: string): Reading<Json> => {
  const json = parse(body)
  const { data, problem } = read(userinfo, json)
  return { data: data && (json as Json), problem }
}

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
