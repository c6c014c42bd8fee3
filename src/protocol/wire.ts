import { object, transform, type ZodMiniType } from 'zod/mini'
import type { AuthorizationDetail } from '../core/target.js'
import { snakeCase } from './names.js'

// What servers send, and what is tolerated of it, each with who does it. The only file that knows zod.

/** A field that must be there: what `accept` makes of it, or an issue if that is nothing. */
const required = <T>(accept: (value: unknown) => T | undefined) =>
  transform((value: unknown, context): T => {
    const accepted = accept(value)
    if (accepted === undefined) context.issues.push({ code: 'custom', input: undefined })
    return accepted as T
  })

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const asNonEmpty = (value: unknown): string | undefined => asText(value) || undefined

/** Missing, `null`, empty or of another type: then it was not sent. */
const text = transform(asNonEmpty)

/** Twitch lists the scopes in an array. An empty text stays: wicked says so that it granted none. */
const scope = transform((value: unknown) => (Array.isArray(value) ? value.join(' ') : asText(value)))

/**
 * Naver and PayPal send digits in a string, others a fraction, `null` or nothing. What is no number at all counts as not
 * sent: it is no reason to lose a refresh token that was rotated a moment ago.
 */
const seconds = transform((value: unknown) => {
  const number = typeof value === 'number' ? value : Number(asText(value)?.trim() || undefined)
  return Number.isNaN(number) ? undefined : number
})

/** RFC 6750 and RFC 9449. */
const asTokenType = (value: unknown): 'Bearer' | 'DPoP' | undefined => {
  if (/^(bearer|bot|user)$/i.test(`${value}`)) return 'Bearer'
  return /^dpop$/i.test(`${value}`) ? 'DPoP' : undefined
}

/** RFC 9396 §7. What is no list of them counts as not sent, as it is no reason to lose a token. */
const details = transform((value: unknown) => {
  const isDetails = (list: unknown): list is AuthorizationDetail[] =>
    Array.isArray(list) && list.every((detail) => asNonEmpty(detail?.type))
  return isDetails(value) ? value : undefined
})

/** RFC 6749 §5.1. */
const tokenResponse = object({
  /** RFC 6749 Appendix A.12: visible ASCII. A control character would let a token forge a header. */
  access_token: required((value) => asText(value)?.match(/^[\x20-\x7e]+$/)?.[0]),
  /** In any case. LinkedIn and Foursquare send none; Slack says whose token it is, which is sent as `Bearer` all the same. */
  token_type: required((value) => asTokenType(value ?? 'Bearer')),
  expires_in: seconds,
  refresh_token: text,
  /** Not of an RFC: GitHub, Google and others send it. */
  refresh_token_expires_in: seconds,
  /** The same from Keycloak, whose 0 is that of a refresh token without end, or of none. */
  refresh_expires_in: seconds,
  scope,
  authorization_details: details,
  id_token: text,
})

/** RFC 8693 §2.2.1: it says what was issued, which may be no access token. */
const exchangeResponse = object({
  ...tokenResponse.shape,
  token_type: required((value) => (/^n_a$/i.test(`${value}`) ? 'N_A' : asTokenType(value ?? 'Bearer'))),
  /** Keycloak has left it out until version 26, where an access token was issued. */
  issued_token_type: text,
})

/** RFC 6749 §5.2. */
const errorResponse = object({ error: required(asNonEmpty), error_description: text, error_uri: text })

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
  aud: transform((value: unknown) =>
    value === undefined ? undefined : ([value].flat().filter(asNonEmpty) as string[]),
  ),
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

/** Whoever copies or prints what is nested deeper runs out of stack. */
const mostNested = 100

const isNestedTooDeep = (json: unknown): boolean => {
  let level = [json]
  for (let depth = 0; level.length; depth++) {
    if (depth > mostNested) return true
    level = level.flatMap((value) => (typeof value === 'object' && value ? Object.values(value) : []))
  }
  return false
}

const parse = (body: string): unknown => {
  try {
    const json: unknown = JSON.parse(body)
    return isNestedTooDeep(json) ? undefined : json
  } catch {
    // GitHub answers a form unless it is asked for JSON. A page or half an object may hold a link with such parameters.
    const isForm = /^[\w.-]+=[^<"]*$/.test(body) && /(^|&)(access_token|error)=/.test(body)
    return isForm && Object.fromEntries(new URLSearchParams(body))
  }
}

type Json = Readonly<Record<string, unknown>>

const isObject = (json: unknown): json is Json => typeof json === 'object' && json !== null && !Array.isArray(json)

/** What a body says: `data` if it is what was asked for, else `problem` tells what it lacks. */
export interface Reading<Data> {
  readonly data: Data | undefined
  readonly problem: string
}

const read = <Data>(schema: ZodMiniType<Data>, json: unknown): Reading<Data> => {
  const { data, error } = schema.safeParse(json)
  return { data, problem: `${String(error?.issues[0]?.path[0] ?? 'a JSON object')} is missing or unusable` }
}

interface TokenResponse {
  readonly access_token: string
  readonly token_type: 'Bearer' | 'DPoP' | 'N_A'
  readonly issued_token_type?: string | undefined
  readonly expires_in: number | undefined
  readonly refresh_token: string | undefined
  readonly refresh_token_expires_in: number | undefined
  readonly refresh_expires_in: number | undefined
  readonly scope: string | undefined
  readonly authorization_details: readonly AuthorizationDetail[] | undefined
  readonly id_token: string | undefined
}

type TokenReading = Reading<TokenResponse> & { readonly rest: () => Json }
/** A successful token response, and what else the server sent with it. */
export const readTokenResponse = (body: string, isExchange: boolean): TokenReading => {
  const json = parse(body)
  const schema = isExchange ? exchangeResponse : tokenResponse
  const rest = () => Object.fromEntries(Object.entries(json as Json).filter(([name]) => !(name in schema.shape)))
  return { ...read<TokenResponse>(schema, json), rest }
}

export interface ErrorResponse {
  readonly error: string
  readonly error_description: string | undefined
  readonly error_uri: string | undefined
}

/** An OAuth error, whatever the status and the content type it came with. */
export const readErrorResponse = (body: string): ErrorResponse | undefined => read(errorResponse, parse(body)).data

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

const readWhole = <Data>(schema: ZodMiniType<Data>, json: unknown): Reading<Json> => {
  const { data, problem } = read(schema, json)
  return { data: data && (json as Json), problem }
}

/** All fields but those that would pass for a checked one, unchecked, once they have names in camelCase. */
const readDocument = <Data>(schema: ZodMiniType<Data> & { readonly shape: object }, json: unknown): Reading<Json> => {
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
