import { OAuthError } from '../core/errors.js'
import { present } from '../core/present.js'
import type { Token } from '../core/token.js'
import type { ClientContext, RequestOptions } from './context.js'
import { camelCase, renamed } from './names.js'
import { endpointUrl } from './requests.js'
import { requestResource } from './resource-request.js'
import { readUserinfo } from './wire-endpoints.js'

/** Whose claims are expected. */
export interface UserinfoOptions extends RequestOptions {
  /**
   * The `sub` of the user's ID token: the claims of anybody else are refused, which OpenID Connect Core §5.3.2 demands of
   * whoever has one.
   * @default nobody is checked for
   */
  readonly subject?: string
}

/** OpenID Connect Core §5.1.1. */
export interface Address {
  /** The whole of it, as it is written on a letter. */
  readonly formatted?: string
  readonly streetAddress?: string
  readonly locality?: string
  readonly region?: string
  readonly postalCode?: string
  readonly country?: string
}

/** What the server says of a user (OpenID Connect Core §5.1). What it sends in another type than that counts as not sent. */
export interface Userinfo {
  /** The user's identifier, which is theirs at this issuer alone. */
  readonly subject: string
  readonly name?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly middleName?: string
  readonly nickname?: string
  /** It may change, and may be another user's tomorrow: identify users by `subject`. */
  readonly preferredUsername?: string
  readonly profile?: string
  readonly picture?: string
  readonly website?: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly gender?: string
  /** `YYYY-MM-DD`, the year alone, or `0000` for a year that is not told. */
  readonly birthdate?: string
  readonly zoneinfo?: string
  readonly locale?: string
  readonly phoneNumber?: string
  readonly phoneNumberVerified?: boolean
  readonly address?: Address
  /** Epoch milliseconds. */
  readonly updatedAt?: number
  /** All that the server said, by its names at the wire. */
  readonly raw: Readonly<Record<string, unknown>>
}

const textClaims = [
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture'],
  ...['website', 'email', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number'],
]
const addressClaims = ['formatted', 'street_address', 'locality', 'region', 'postal_code', 'country']

type Json = Readonly<Record<string, unknown>>

/** Those of the claims that are texts, under the names of this library. */
const textsOf = (claims: Json, names: readonly string[]): Json =>
  renamed(Object.fromEntries(names.map((name) => [name, asText(claims[name])])), camelCase)

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

/** Cognito and Apple send it as a text. */
const asFlag = (value: unknown): boolean | undefined =>
  value === true || value === 'true' || (value === false || value === 'false' ? false : undefined)

/** Seconds in the specification; Auth0 sends a date in words. */
const asMoment = (value: unknown): number | undefined => {
  const moment = typeof value === 'number' ? value * 1000 : Date.parse(asText(value) ?? '')
  return Number.isFinite(moment) ? moment : undefined
}

const asAddress = (value: unknown): Address | undefined =>
  typeof value === 'object' && value !== null ? present(textsOf(value as Json, addressClaims)) : undefined

/** Asks the userinfo endpoint about the user that a token stands for (OpenID Connect Core §5.3). */
export const userinfo = async (
  context: ClientContext,
  token: string | Pick<Token, 'accessToken' | 'tokenType' | 'keyThumbprint'>,
  { subject, signal }: UserinfoOptions = {},
): Promise<Userinfo> => {
  if (subject === '') throw new OAuthError('invalid_argument', 'subject is empty: leave it out if there is no ID token')
  const { href: url } = endpointUrl(context, 'userinfoEndpoint')
  const { answer, failed } = await requestResource(context, { url, token, ...(signal && { signal }) })
  if (/^application\/jwt\b/i.test(answer.headers.get('content-type') ?? '')) {
    throw failed('a signed or encrypted answer is not supported: have the client registered for plain JSON')
  }
  const { data: claims, problem } = readUserinfo(answer.body)
  if (!claims || answer.status !== 200) throw failed(claims ? 'userinfo is answered with 200' : problem)
  if (subject !== undefined && claims['sub'] !== subject) throw failed('sub is not the subject of the ID token')
  return present({
    subject: claims['sub'],
    ...textsOf(claims, textClaims),
    emailVerified: asFlag(claims['email_verified']),
    phoneNumberVerified: asFlag(claims['phone_number_verified']),
    address: asAddress(claims['address']),
    updatedAt: asMoment(claims['updated_at']),
    raw: claims,
  }) as Userinfo
}
