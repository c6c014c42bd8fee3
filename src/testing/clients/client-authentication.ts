import { isPublic, type MockClient } from '../options.js'
import { type Reason, type Refusal, refusal } from '../refusal.js'
import type { MockContext } from '../state.js'
import { isPast } from '../tokens/issuance.js'
import type { Parameters, ReceivedRequest } from '../ways/received-request.js'
import { readBasic } from './basic-credentials.js'
import { assertionFlaw, assertionType, subjectOf } from './client-assertion.js'
import { certificateFlaw, isMutualTls } from './client-certificate.js'

/** What a request says of its client. */
interface Credentials {
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'assertion' | 'none'
  readonly clientId: string
  readonly secret?: string
}

/** Says who sends a request, and refuses one that does not prove it (RFC 6749 §2.3, §3.2.1, §5.2). */
export const authenticateClient = async (
  { url, headers, certificate }: ReceivedRequest,
  form: Parameters,
  context: MockContext,
): Promise<MockClient> => {
  const { profile, server, clients } = context
  const bodyClientId = form.get('client_id')
  const bodySecret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  const ignored = profile.bodyClientIdHidesBasic && bodyClientId !== undefined
  const authorization = ignored ? null : headers.get('authorization')
  // RFC 6749 §5.2: a client that used the header is told the scheme.
  const challenge = authorization === null ? {} : { 'www-authenticate': 'Basic realm="mock"' }
  const refused = (reason: Reason, detail?: string): Refusal => refusal(profile, reason, challenge, detail)

  const read = (): Credentials => {
    const proofs = [authorization !== null, bodySecret !== undefined, assertion !== undefined]
    if (assertion === undefined && form.has('client_assertion_type')) throw refused('assertion_missing')
    if (proofs.filter(Boolean).length > 1) throw refused('several_authentications')
    if (authorization !== null) {
      const [clientId, secret] = readBasic(authorization, server)
      if (clientId === undefined || secret === undefined) {
        throw refused('wrong_secret').because('the Authorization header is no well-formed Basic credentials')
      }
      if (bodyClientId !== undefined && bodyClientId !== clientId) throw refused('client_id_mismatch')
      return { method: 'client_secret_basic', clientId, secret }
    }
    if (assertion !== undefined) {
      const clientId = subjectOf(assertion)
      if (form.get('client_assertion_type') !== assertionType) {
        throw refused('assertion_refused').because(`client_assertion_type must be ${assertionType}`)
      }
      if (clientId === undefined) throw refused('assertion_refused').because('the assertion is no JWT with a sub')
      if (bodyClientId !== undefined && bodyClientId !== clientId) throw refused('client_id_mismatch')
      return { method: 'assertion', clientId }
    }
    if (bodyClientId === undefined) throw refused('no_client')
    if (bodySecret === undefined) return { method: 'none', clientId: bodyClientId }
    return { method: 'client_secret_post', clientId: bodyClientId, secret: bodySecret }
  }

  const { method, clientId, secret } = read()
  const client = clients.get(clientId)
  if (!client) throw refused('unknown_client').because('no client with this client_id is registered')
  const allowed = client.tokenEndpointAuthMethod
    ? [client.tokenEndpointAuthMethod]
    : (server.tokenEndpointAuthMethodsSupported ?? [])
  if (assertion !== undefined) {
    const flaw = await assertionFlaw(assertion, client, allowed, context, url)
    if (flaw) throw refused('assertion_refused').because(`the client assertion is refused: ${flaw}`)
    return client
  }
  if (isMutualTls(client)) {
    if (method !== 'none') throw refused('method_refused')
    const flaw = await certificateFlaw(client, certificate)
    if (flaw) throw refused('certificate_refused', flaw)
    return client
  }
  if (isPublic(client)) {
    if (method !== 'none') throw refused('secret_of_public_client')
    return client
  }
  if (method === 'none') throw refused('secret_missing')
  if (!allowed.includes(method)) throw refused('method_refused')
  if (secret !== client.clientSecret) throw refused('wrong_secret').because('the client secret is wrong')
  if (isPast(context, client.clientSecretExpiresAt)) {
    throw refused('wrong_secret').because('the client secret has expired')
  }
  return client
}
