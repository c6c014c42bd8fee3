import { object, transform, type ZodMiniType } from 'zod/mini'
import type { AuthorizationDetail } from '../core/target.js'

// What servers send, and what is tolerated of it, each with who does it. The only file that knows zod: `wire-endpoints.ts` makes
// the schemas that are seldom needed of what is here.

export { object, transform }

/** Reads a JSON value, or says that it cannot. */
export type Schema<Data> = ZodMiniType<Data>

/** A field that must be there: what `accept` makes of it, or an issue if that is nothing. */
export const required = <T>(accept: (value: unknown) => T | undefined): Schema<T> =>
  transform((value: unknown, context): T => {
    const accepted = accept(value)
    if (accepted === undefined) context.issues.push({ code: 'custom', input: undefined })
    return accepted as T
  })

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
export const asNonEmpty = (value: unknown): string | undefined => asText(value) || undefined

/** Missing, `null`, empty or of another type: then it was not sent. */
export const text: Schema<string | undefined> = transform(asNonEmpty)

/** Twitch lists the scopes in an array. An empty text stays: wicked says so that it granted none. */
export const scope: Schema<string | undefined> = transform((value: unknown) =>
  Array.isArray(value) ? value.filter(asText).join(' ') : asText(value),
)

/**
 * Naver and PayPal send digits in a string, others a fraction, `null` or nothing. What is no number at all counts as not
 * sent: it is no reason to lose a refresh token that was rotated a moment ago.
 */
export const seconds: Schema<number | undefined> = transform((value: unknown) => {
  const number = typeof value === 'number' ? value : Number(asText(value)?.trim() || undefined)
  return Number.isNaN(number) ? undefined : number
})

/** RFC 6750 and RFC 9449. */
const asTokenType = (value: unknown): 'Bearer' | 'DPoP' | undefined => {
  const type = asText(value) ?? ''
  if (/^(bearer|bot|user)$/i.test(type)) return 'Bearer'
  return /^dpop$/i.test(type) ? 'DPoP' : undefined
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
  token_type: required((value) => (/^n_a$/i.test(asText(value) ?? '') ? 'N_A' : asTokenType(value ?? 'Bearer'))),
  /** Keycloak has left it out until version 26, where an access token was issued. */
  issued_token_type: text,
})

/** RFC 6749 §5.2. */
const errorResponse = object({ error: required(asNonEmpty), error_description: text, error_uri: text })

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

/** What a body holds; `undefined` or `false` if it is nothing that can be read. */
export const parse = (body: string): unknown => {
  try {
    const json: unknown = JSON.parse(body)
    return isNestedTooDeep(json) ? undefined : json
  } catch {
    // GitHub answers a form unless it is asked for JSON. A page or half an object may hold a link with such parameters.
    const isForm = /^[\w.-]+=[^<"]*$/.test(body) && /(^|&)(access_token|error)=/.test(body)
    return isForm && Object.fromEntries(new URLSearchParams(body))
  }
}

/** An object as it came. */
export type Json = Readonly<Record<string, unknown>>

/** What a body says: `data` if it is what was asked for, else `problem` tells what it lacks. */
export interface Reading<Data> {
  readonly data: Data | undefined
  readonly problem: string
}

export const read = <Data>(schema: Schema<Data>, json: unknown): Reading<Data> => {
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
