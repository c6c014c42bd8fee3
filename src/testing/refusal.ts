import { type Json, jsonAnswer, pageAnswer } from './answers.js'

/** What a refusal says at the wire. */
export interface RefusalFact {
  readonly status: number
  readonly error: string
  readonly description: string
  /** An HTML page in place of JSON. */
  readonly page?: boolean
}

/** As RFC 6749 §5.2 and RFC 7009 §2.2.1 have them; a profile says where its service differs. */
const reasons = {
  malformed_form: [400, 'invalid_request', 'the body must be a well-formed application/x-www-form-urlencoded form'],
  parameter_in_query: [400, 'invalid_request', 'parameters belong in the body, not in the URL'],
  repeated_parameter: [400, 'invalid_request', 'a parameter is repeated'],
  missing_parameter: [400, 'invalid_request', 'a required parameter is missing'],
  no_client: [401, 'invalid_client', 'the request names no client'],
  // The same words for both, so that nobody learns which clients there are.
  unknown_client: [401, 'invalid_client', 'client authentication failed'],
  wrong_secret: [401, 'invalid_client', 'client authentication failed'],
  secret_missing: [401, 'invalid_client', 'a confidential client must authenticate'],
  method_refused: [401, 'invalid_client', 'the client may not authenticate in this way'],
  secret_of_public_client: [401, 'invalid_client', 'a public client has no secret to send'],
  assertion_refused: [401, 'invalid_client', 'the client assertion is refused'],
  assertion_missing: [400, 'invalid_request', 'client_assertion_type came without a client_assertion'],
  certificate_refused: [401, 'invalid_client', 'the client certificate is refused'],
  certificate_missing: [
    400,
    'invalid_request',
    'tokens of this client are bound to a certificate, and the connection shows none',
  ],
  several_authentications: [400, 'invalid_request', 'the client authenticates in more than one way'],
  client_id_mismatch: [400, 'invalid_request', 'client_id in the body is not the one that authenticates'],
  client_id_not_in_body: [400, 'invalid_request', 'client_id must be in the body too'],
  unsupported_grant: [400, 'unsupported_grant_type', 'the grant is not supported'],
  grant_refused: [400, 'unauthorized_client', 'the client may not use this grant'],
  public_client_credentials: [400, 'unauthorized_client', 'a public client has no credentials'],
  public_introspection: [401, 'invalid_client', 'a client must prove who it is to ask about tokens'],
  unknown_code: [400, 'invalid_grant', 'the code is unknown'],
  used_code: [400, 'invalid_grant', 'the code was used before: its tokens are revoked'],
  expired_code: [400, 'invalid_grant', 'the code has expired'],
  tampered_callback: [400, 'invalid_grant', 'the callback that carried the code was altered'],
  redirect_uri_mismatch: [400, 'invalid_grant', 'redirect_uri is not that of the authorization request'],
  verifier_refused: [400, 'invalid_grant', 'code_verifier does not fit the code_challenge'],
  verifier_without_challenge: [400, 'invalid_grant', 'code_verifier came for a code that had no code_challenge'],
  pkce_refused: [400, 'invalid_request', 'the client may not use PKCE'],
  unknown_device_code: [400, 'invalid_grant', 'the device code is unknown'],
  used_device_code: [400, 'invalid_grant', 'the device code was used before: its tokens are revoked'],
  expired_device_code: [400, 'expired_token', 'the device code has expired'],
  polled_too_fast: [400, 'slow_down', 'the interval is not over: it is 5 seconds longer from now on'],
  undecided_device: [400, 'authorization_pending', 'the user has not decided yet'],
  denied_device: [400, 'access_denied', 'the user did not approve'],
  unknown_refresh_token: [400, 'invalid_grant', 'the refresh token is unknown, revoked or of another client'],
  used_refresh_token: [400, 'invalid_grant', 'the refresh token was used before: its family is revoked'],
  expired_refresh_token: [400, 'invalid_grant', 'the refresh token has expired'],
  unfit_scope: [400, 'invalid_scope', 'the scope is malformed or more than may be granted'],
  unknown_scope: [400, 'invalid_scope', 'the scope is unknown'],
  unknown_token: [400, 'invalid_request', 'the token is unknown'],
  proof_missing: [400, 'invalid_dpop_proof', 'the request has no DPoP proof'],
  proof_refused: [400, 'invalid_dpop_proof', 'the DPoP proof is not good'],
  proof_without_nonce: [400, 'use_dpop_nonce', 'the DPoP proof must hold the nonce of this server'],
  thumbprint_mismatch: [400, 'invalid_request', 'dpop_jkt is not the thumbprint of the key that the proof shows'],
  code_of_another_key: [400, 'invalid_grant', 'the code is bound to another key'],
  refresh_token_of_another_key: [400, 'invalid_grant', 'the refresh token is bound to another key'],
  refresh_token_of_another_certificate: [400, 'invalid_grant', 'the refresh token is bound to another certificate'],
  // RFC 8707 §2, RFC 9396 §5.
  unfit_resource: [400, 'invalid_target', 'the resource is malformed, unknown or was not granted'],
  unfit_details: [
    400,
    'invalid_authorization_details',
    'the authorization details are malformed, unknown or not granted',
  ],
  request_uri_pushed: [400, 'invalid_request', 'request_uri must not be pushed'],
  unfit_redirect_uri: [400, 'invalid_request', 'redirect_uri is missing or not registered'],
  token_not_exchanged: [400, 'invalid_request', 'a token is unknown, expired or revoked'],
  token_type_not_issued: [400, 'invalid_request', 'a token of this type is not issued'],
  unknown_target: [400, 'invalid_target', 'no token is issued for that audience or resource'],
  grant_assertion_refused: [400, 'invalid_grant', 'the assertion is refused'],
  foreign_token: [400, 'invalid_grant', 'the token was not issued to this client'],
} as const

export type Reason = keyof typeof reasons

export const refusalReasons = Object.keys(reasons) as readonly string[]

/** Thrown where a request is refused; the router answers with what it carries, and writes the message down. */
export class Refusal extends Error {
  readonly answer: Response

  constructor(message: string, answer: Response) {
    super(message)
    this.answer = answer
  }

  /** The same answer, and other words for the journal: the one who asks may not know everything. */
  because(message: string): Refusal {
    return new Refusal(message, this.answer)
  }
}

export interface RefusalStyle {
  readonly errorDescriptions: boolean
  readonly errorStatus?: number
  readonly errorFields: Json
  readonly refusals: Partial<Record<Reason, Partial<RefusalFact>>>
}

const factOf = (style: RefusalStyle, reason: Reason): RefusalFact => {
  const [status, error, description] = reasons[reason]
  return { status: style.errorStatus ?? status, error, description, ...style.refusals[reason] }
}

/** The refusal for a reason, in the words of a profile. */
export const refusal = (
  style: RefusalStyle,
  reason: Reason,
  headers: Readonly<Record<string, string>> = {},
  /** What exactly is wrong, where the reason is of many kinds. */
  detail?: string,
): Refusal => {
  const { status, error, description: general, page } = factOf(style, reason)
  const description = detail ?? general
  if (page) return new Refusal(description, pageAnswer(status, description))
  const json = { ...style.errorFields, error, ...(style.errorDescriptions && { error_description: description }) }
  return new Refusal(description, jsonAnswer(status, json, status === 401 ? headers : {}))
}

/** RFC 9110 §15.5.6. */
export const methodNotAllowed = (allow: string): Refusal =>
  new Refusal(
    `only ${allow} is answered here`,
    jsonAnswer(405, { error: 'invalid_request', error_description: `only ${allow} is answered here` }, { allow }),
  )
