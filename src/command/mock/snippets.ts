import process from 'node:process'
import type { AuthorizationServer } from '../../index.js'
import type { MockClient } from '../../testing/index.js'
import { madeUpSecret, secretVariable } from './clients.js'

/** Where a shell or a program finds the secret of a client: secrets of the user's own are not shown. */
const variableOf = ({ clientId, clientSecret }: MockClient): string => {
  const own = secretVariable(clientId)
  return process.env[own] === clientSecret ? own : 'CLIENT_SECRET'
}

/** A text that a shell reads as one word. */
const word = (text: string): string => (/^[\w.:/@%-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

const secretWord = (client: MockClient): string =>
  client.clientSecret === madeUpSecret ? madeUpSecret : `"$${variableOf(client)}"`

/** What curl sends for a client that has a secret. */
const curlCredentials = (server: AuthorizationServer, client: MockClient): readonly string[] => {
  const { tokenEndpointAuthMethodsSupported: methods = [], basicClientIdInBody } = server
  const { clientId, tokenEndpointAuthMethod: own } = client
  const method = own ?? methods.find((name) => name === 'client_secret_basic' || name === 'client_secret_post')
  const inBody = `-d client_id=${word(encodeURIComponent(clientId))}`
  if (method === 'client_secret_post') return [inBody, `-d client_secret=${secretWord(client)}`]
  return [`-u ${word(clientId)}:${secretWord(client)}`, ...(basicClientIdInBody ? [inBody] : [])]
}

/** One command that shows that the mock is there: a token, or a login if that is all that there is. */
export const curlLine = (
  server: AuthorizationServer,
  clients: readonly MockClient[],
  certificate: string | undefined,
): string | undefined => {
  const trusting = certificate === undefined ? 'curl' : `curl --cacert ${word(certificate)}`
  const { grantTypesSupported = [], tokenEndpoint, authorizationEndpoint } = server
  const client = clients.find((one) => one.clientSecret !== undefined)
  const may = (grantType: string): boolean => client?.grantTypes?.includes(grantType) ?? true
  if (client && grantTypesSupported.includes('client_credentials') && may('client_credentials')) {
    const credentials = curlCredentials(server, client).join(' ')
    return `${trusting} ${credentials} \\\n  -d grant_type=client_credentials ${word(tokenEndpoint)}`
  }
  const [redirectUri] = client?.redirectUris ?? []
  if (!client || redirectUri === undefined || authorizationEndpoint === undefined || !may('authorization_code')) return
  const { clientId } = client
  const state = crypto.randomUUID()
  const query = new URLSearchParams({ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, state })
  return `${trusting} -i \\\n  '${authorizationEndpoint}?${query}'`
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'` : JSON.stringify(value)

const serverFields = (server: AuthorizationServer): readonly string[] =>
  Object.entries(server)
    .filter(([, value]) => ['string', 'boolean', 'number'].includes(typeof value))
    .map(([name, value]) => `    ${name}: ${literal(value)},`)

/** A client of this library for the mock. */
export const clientSnippet = (server: AuthorizationServer, clients: readonly MockClient[]): string => {
  const [client] = clients
  const { issuer } = server
  const secret =
    client?.clientSecret === madeUpSecret ? literal(madeUpSecret) : client && `process.env.${variableOf(client)}`
  return [
    `import { createClient${issuer === undefined ? '' : ', discover'} } from 'bearward'`,
    'const client = createClient({',
    ...(issuer === undefined
      ? ['  server: {', ...serverFields(server), '  },']
      : [`  server: await discover(${literal(issuer)}),`]),
    `  clientId: ${literal(client?.clientId ?? 'your-client')},`,
    ...(client?.clientSecret !== undefined ? [`  clientSecret: ${secret},`] : []),
    '})',
  ].join('\n')
}
