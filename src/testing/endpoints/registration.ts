import { type Json, jsonAnswer } from '../answers.js'
import { assertAsked, clientOfMetadata, MetadataError, registeredMetadata } from '../clients/client-metadata.js'
import { base64url, randomBytes } from '../crypto/base64url.js'
import { methodNotAllowed, Refusal } from '../refusal.js'
import type { Endpoint, MockContext } from '../state.js'

const refused = (error: string, description: string): Refusal =>
  new Refusal(description, jsonAnswer(400, { error, error_description: description }))

/** RFC 7591 §3: who may register, where not everybody may. */
const assertInvited = (headers: Headers, initialAccessToken: string | undefined): void => {
  // RFC 9110 §11.1: a scheme has no case.
  const [, shown] = headers.get('authorization')?.match(/^bearer +(\S+)$/i) ?? []
  if (initialAccessToken === undefined || shown === initialAccessToken) return
  const description = 'registration needs an initial access token'
  const json = { error: 'invalid_token', error_description: description }
  const challenge = { 'www-authenticate': 'Bearer realm="mock", error="invalid_token"' }
  throw new Refusal(description, jsonAnswer(401, json, challenge))
}

const metadataOf = (headers: Headers, body: string): Json => {
  const description = 'the body must be a JSON object, as application/json'
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) {
    throw refused('invalid_client_metadata', description)
  }
  try {
    const json: unknown = JSON.parse(body)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json
  } catch {
    // Told below, with what else is no object.
  }
  throw refused('invalid_client_metadata', description)
}

const accept = (metadata: Json, { server, clients, clock, clientSecretLifetime }: MockContext): Json => {
  assertAsked(metadata)
  const registered = registeredMetadata(metadata, server)
  const clientId = `client-${base64url(randomBytes(12))}`
  const hasSecret = `${registered['token_endpoint_auth_method']}`.startsWith('client_secret_')
  const secret = hasSecret ? `secret-${base64url(randomBytes(24))}` : undefined
  const issuedAt = Math.floor(clock.now() / 1000)
  // RFC 7591 §3.2.1: 0 is without end.
  const expiresAt = clientSecretLifetime === undefined ? 0 : issuedAt + clientSecretLifetime
  const ends = secret !== undefined && expiresAt > 0 && { clientSecretExpiresAt: expiresAt * 1000 }
  clients.set(clientId, { ...clientOfMetadata(registered, clientId, secret), ...ends })
  return {
    ...registered,
    client_id: clientId,
    client_id_issued_at: issuedAt,
    ...(secret !== undefined && { client_secret: secret, client_secret_expires_at: expiresAt }),
  }
}

/** The registration endpoint (RFC 7591 §3). */
export const registration: Endpoint = ({ method, headers, body }, context) => {
  if (method !== 'POST') throw methodNotAllowed('POST')
  assertInvited(headers, context.initialAccessToken)
  const metadata = metadataOf(headers, body)
  try {
    return jsonAnswer(201, accept(metadata, context))
  } catch (unfit) {
    throw unfit instanceof MetadataError ? refused(unfit.error, unfit.message) : unfit
  }
}
