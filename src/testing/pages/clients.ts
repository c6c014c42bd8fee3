import type { MockClient } from '../options.js'
import { type Html, html, type Part } from './html.js'
import { table } from './table.js'

const proofOf = ({ clientSecret, jwks, tokenEndpointAuthMethod: method }: MockClient): string => {
  if (method?.endsWith('tls_client_auth')) return 'a certificate'
  if (clientSecret !== undefined) return jwks ? 'a secret or keys' : 'a secret'
  return jwks ? 'keys' : 'nothing: it is public'
}

const list = (texts: readonly string[]): Html =>
  html`<ul class="plain">${texts.map((text) => html`<li><code>${text}</code></li>`)}</ul>`

const rowOf = (client: MockClient): readonly Part[] => {
  const { clientId, clientName, redirectUris = [], scope, grantTypes } = client
  return [
    html`<bdi>${clientId}</bdi>`,
    clientName !== undefined && html`<bdi>${clientName}</bdi>`,
    proofOf(client),
    redirectUris.length > 0 && list(redirectUris),
    scope ?? 'any',
    grantTypes ? grantTypes.map((grantType) => grantType.replace(/^.*:/, '')).join(', ') : 'every',
  ]
}

/** Who is registered. */
export const clients = (registered: readonly MockClient[]): Html => {
  if (registered.length === 0) return html`<p class="quiet">No client is registered.</p>`
  const columns = [
    { name: 'Client' },
    { name: 'Name' },
    { name: 'Proves itself with' },
    { name: 'Redirect URIs' },
    { name: 'Scope' },
    { name: 'Grants' },
  ]
  return table(`${registered.length} registered`, columns, registered.map(rowOf))
}
