import type { DiscoveredServer, ProtectedResource } from '../index.js'
import { interruption } from './interruption.js'
import { type Command, subcommand } from './parser.js'
import { remarksOn } from './remarks.js'
import { judgement, report, type Section } from './report.js'
import { putOut } from './terminal.js'
import { UsageError } from './usage-error.js'

interface DiscoverFlags {
  readonly resource?: boolean
  readonly document?: boolean
  readonly json?: boolean
  readonly allowInsecureRequests?: boolean
}

const endpointsOf = (server: DiscoveredServer): Section['rows'] =>
  Object.entries(server).flatMap(([name, value]) => {
    const [, words] = /^(.+)Endpoint$/.exec(name) ?? []
    const spoken = words?.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    return spoken ? [[spoken, value] as const] : []
  })

const yes = (value: boolean | undefined, word = 'yes'): string | undefined => (value ? word : undefined)

const sectionsOf = (server: DiscoveredServer): readonly Section[] => [
  {
    heading: 'Server',
    rows: [
      ['issuer', server.issuer],
      ['key set', server.jwksUri],
      ['documentation', server['serviceDocumentation']],
    ],
  },
  { heading: 'Endpoints', rows: endpointsOf(server) },
  {
    heading: 'What it can do',
    rows: [
      ['grants', server.grantTypesSupported],
      ['response types', server.responseTypesSupported],
      ['client authentication', server.tokenEndpointAuthMethodsSupported],
      ['PKCE', server.codeChallengeMethodsSupported],
      ['DPoP', server.dpopSigningAlgValuesSupported],
      [
        'pushed requests',
        server.requirePushedAuthorizationRequests ? 'required' : yes(!!server.pushedAuthorizationRequestEndpoint),
      ],
      ['issuer in responses', yes(server.authorizationResponseIssParameterSupported)],
      ['certificate-bound tokens', yes(server.tlsClientCertificateBoundAccessTokens)],
      ['client ID documents', yes(server.clientIdMetadataDocumentSupported)],
      ['authorization details', server.authorizationDetailsTypesSupported],
      ['ID tokens signed with', server.idTokenSigningAlgValuesSupported],
      ['scopes', server.scopesSupported],
    ],
  },
]

const printServer = (server: DiscoveredServer): void => {
  putOut(report(sectionsOf(server)))
  const remarks = remarksOn(server)
  if (remarks.length) putOut(`\n${remarks.map((remark) => judgement('odd', remark)).join('\n')}`)
}

const resourceSection = (resource: ProtectedResource): Section => ({
  heading: 'Protected resource',
  rows: [
    ['resource', resource.resource],
    ['name', resource.resourceName],
    ['authorization servers', resource.authorizationServers],
    ['scopes', resource.scopesSupported],
    ['tokens in', resource.bearerMethodsSupported],
    ['DPoP', yes(resource.dpopBoundAccessTokensRequired, 'required')],
    ['documentation', resource.resourceDocumentation],
  ],
})

const printMetadata = async (url: string, flags: DiscoverFlags): Promise<void> => {
  const { allowInsecureRequests = false, json } = flags
  if (!URL.canParse(url)) throw new UsageError('discover takes a URL')
  if (flags.resource && flags.document) throw new UsageError('--document is of a server, --resource of a resource')
  const { discover, discoverResource } = await import('../index.js')
  const options = { allowInsecureRequests, signal: interruption() }
  if (!flags.resource) {
    const server = await discover(flags.document ? { url } : url, options)
    return json ? putOut(JSON.stringify(server, null, 2)) : printServer(server)
  }
  const resource = await discoverResource(url, options)
  if (json) return putOut(JSON.stringify(resource, null, 2))
  putOut(report([resourceSection(resource)]))
  for (const issuer of resource.authorizationServers) {
    putOut('')
    printServer(await discover(issuer, options))
  }
}

export const discover = (): Command =>
  subcommand({
    name: 'discover',
    summary: 'Say what an authorization server can do',
    more: 'Reads its metadata (RFC 8414, OpenID Connect Discovery), and says what is missing or odd.',
    arguments: '<url>',
    examples: {
      'what a server can do': 'bearward discover https://accounts.google.com',
      'keep it for bearward token --server-file, or paste it into createClient':
        'bearward discover https://as.example.com --json > server.json',
      'which servers an API takes tokens of, and what those can do':
        'bearward discover --resource https://api.example.com/mcp',
    },
  })
    .argument('<url>', 'The issuer')
    .option('--document', 'The URL is that of the document itself')
    .option('--resource', 'The URL is that of a protected resource (RFC 9728)')
    .option('--json', 'Print the document, under the names that createClient knows')
    .option('--allow-insecure-requests', 'Allow plain http beyond this machine: others can change what is said')
    .action(printMetadata)
