import { decideScope } from '../tokens/scope.js'
import type { GrantHandler } from './grant.js'

/** RFC 6749 §4.4, without a refresh token (§4.4.3). */
export const clientCredentialsGrant: GrantHandler = (form, client, context) => {
  const { scope, reduced } = decideScope(context, client, 'client_credentials', form.get('scope'))
  return { grant: { clientId: client.clientId, scope, revoked: false }, scope, reduced }
}
