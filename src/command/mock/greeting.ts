import { printable } from '../../cli/printable.js'
import type { ListeningMock, MockClient } from '../../testing/index.js'
import { paint } from '../terminal.js'
import { madeUpSecret, readyMadeClients } from './clients.js'
import { clientSnippet, curlLine } from './snippets.js'

/** What is told when the mock listens. */
export interface Listening {
  readonly origin: string
  readonly issuer?: string
  /** The metadata document. Absent: the service publishes none. */
  readonly discovery?: string
  /** Where people look at it. */
  readonly page: string
  readonly resource: string
  readonly profile?: string
  /** The file with what a client must trust. Absent: it is http. */
  readonly certificate?: string
  /** In the notation of `--fault`. */
  readonly faults: readonly string[]
  readonly seed: number
}

interface Told extends Pick<Listening, 'faults' | 'seed'> {
  readonly profile: string | undefined
  readonly certificate: string | undefined
}

export const listeningOf = (
  { origin, server, resource }: ListeningMock,
  { profile, certificate, faults, seed }: Told,
): Listening => {
  const { issuer } = server
  return {
    origin,
    ...(issuer !== undefined && { issuer, discovery: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration` }),
    page: `${origin}/`,
    resource,
    ...(profile && { profile }),
    ...(certificate !== undefined && { certificate }),
    faults,
    seed,
  }
}

const clientText = ({ clientId, clientSecret, jwks }: MockClient): string => {
  if (clientSecret === madeUpSecret) return `${clientId}, secret ${madeUpSecret}`
  if (clientSecret !== undefined) return `${clientId}, with the secret that you gave it`
  return `${clientId}, ${jwks ? 'with keys' : 'without a secret'}`
}

const clientTexts = (clients: readonly MockClient[]): readonly string[] => {
  const texts = clients.map(clientText)
  if (!clients.every((client) => readyMadeClients.includes(client))) return texts
  return [...texts, 'redirect to http://127.0.0.1:*/callback', '            http://localhost:3000/callback, …']
}

/** Rows of a name and what belongs to it, one below the other. */
const rows = (named: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.entries(named).flatMap(([name, texts]) =>
    texts.map((text, index) => `  ${paint('dim', (index === 0 ? name : '').padEnd(10))} ${printable(text)}`),
  )

const indented = (lines: string): string => lines.replaceAll(/^/gm, '  ')

/** What a person wants in the first ten seconds. */
export const greeting = (there: ListeningMock, told: Listening, clients: readonly MockClient[]): string => {
  const { origin, discovery, page, resource, profile, certificate, faults, seed } = told
  const like = profile ? `, like ${profile}` : ''
  const curl = curlLine(there.server, clients, certificate)
  return [
    `${paint('bold', 'bearward mock')} listens at ${paint(['bold', 'cyan'], origin)}${like}, for this machine alone`,
    '',
    ...rows({
      ...(discovery && { discovery: [discovery] }),
      page: [page],
      resource: [resource],
      clients: clientTexts(clients),
      ...(certificate && { trust: [`NODE_EXTRA_CA_CERTS=${certificate}`] }),
      ...(faults.length > 0 && { faults, seed: [`${seed}`] }),
    }),
    ...(curl ? ['', 'From a shell:', '', indented(curl)] : []),
    '',
    'From a program:',
    '',
    indented(clientSnippet(there.server, clients)),
    '',
    paint('dim', 'Ctrl-C ends it.'),
    '',
  ].join('\n')
}
