import { printable } from '../cli/printable.js'
import type { Introspection } from '../index.js'
import { type ClientFlags, clientOf, takesClient } from './client.js'
import { Refused } from './failure.js'
import { interruption } from './interruption.js'
import { type ReadJwt, readJwt } from './jwt.js'
import { fromNow, inWords, momentOf } from './moment.js'
import { type Command, subcommand } from './parser.js'
import { judgement, report, type Section } from './report.js'
import { contentOf, secretOf, takesSecret } from './secret.js'
import { type ServerFlags, serverOf, takesServer } from './server.js'
import { putOut } from './terminal.js'
import { type Verification, verification } from './verification.js'

interface InspectFlags extends ServerFlags, ClientFlags {
  readonly json?: boolean
}

/** What is known of a token. */
interface Findings {
  readonly jwt: ReadJwt | undefined
  readonly verification: Verification | undefined
  readonly introspection: Introspection | undefined
}

const tokenOf = async (flags: InspectFlags): Promise<string> => {
  const token = (await secretOf({ ...flags }, 'token')) ?? (await contentOf('-'))
  return token.trim().replace(/^Bearer +/i, '')
}

const findingsOn = async (token: string, flags: InspectFlags): Promise<Findings> => {
  const jwt = readJwt(token)
  const { issuer, provider, serverFile, tokenEndpoint } = flags
  const namesServer = [issuer, provider, serverFile, tokenEndpoint].some((way) => way !== undefined)
  if (!namesServer) return { jwt, verification: undefined, introspection: undefined }
  const signal = interruption()
  const server = await serverOf(flags, undefined, signal)
  const canAsk = flags.clientId !== undefined && server.introspectionEndpoint !== undefined
  return {
    jwt,
    verification: jwt?.claims && (await verification(token, server, jwt.claims, signal)),
    introspection: canAsk ? await (await clientOf(flags, server)).client.introspect(token, { signal }) : undefined,
  }
}

const momentNames: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at'])

const rowsOf = (fields: Readonly<Record<string, unknown>>, now: number): Section['rows'] =>
  Object.entries(fields).map(([name, value]) => {
    const moment = momentNames.has(name) && typeof value === 'number' ? inWords(value * 1000, now) : undefined
    return [name, moment ?? value] as const
  })

const expiryOf = ({ jwt, introspection }: Findings): number | undefined => {
  const claimed = jwt?.claims?.['exp']
  return introspection?.expiresAt ?? (typeof claimed === 'number' ? momentOf(claimed) : undefined)
}

const kindOf = ({ jwt }: Findings, token: string): string => {
  if (!jwt) return `An opaque token of ${token.length} characters: only its server can read it.`
  const { typ } = jwt.header
  const type = typeof typ === 'string' ? ` of type ${printable(typ)}` : ''
  return jwt.claims ? `A JWT${type}.` : `An encrypted JWT${type}: only its recipient can read it.`
}

type Judgement = Parameters<typeof judgement>

const expiryJudgement = (expiresAt: number | undefined, now: number): readonly Judgement[] => {
  if (expiresAt === undefined) return []
  const when = fromNow(expiresAt, now)
  return [expiresAt > now ? ['good', `Expires ${when}.`] : ['bad', `Expired ${when}.`]]
}

const signatureJudgement = ({ jwt, verification: found, introspection }: Findings): readonly Judgement[] => {
  if (!jwt?.claims) return []
  if (!found) return [['odd', 'Signature not verified: name the server with --issuer to have that done.']]
  const { signature, reason } = found
  if (signature === 'verified') return [['good', 'Signature verified with the keys of the server.']]
  // Whose token it is was asked; the server may have said it in another way.
  const isKnown = signature === 'not verified' && introspection?.active
  return [[isKnown ? 'odd' : 'bad', `Signature ${signature}: ${reason}.`]]
}

const judgementsOn = (findings: Findings, now: number): readonly Judgement[] => {
  const { introspection } = findings
  const said: readonly Judgement[] = introspection
    ? [introspection.active ? ['good', 'Active, says the server.'] : ['bad', 'Not active, says the server.']]
    : []
  const unasked = !findings.jwt?.claims && !introspection
  const advice: readonly Judgement[] = unasked
    ? [['odd', 'Nothing is known of it: name a server that introspects tokens, and a client that may ask.']]
    : []
  return [...said, ...expiryJudgement(expiryOf(findings), now), ...signatureJudgement(findings), ...advice]
}

const jsonOf = (findings: Findings, now: number): string => {
  const { jwt, verification: found, introspection } = findings
  const expiresAt = expiryOf(findings)
  const format = jwt ? (jwt.claims ? 'jwt' : 'encrypted jwt') : 'opaque'
  const expiresIn = expiresAt === undefined ? undefined : Math.floor((expiresAt - now) / 1000)
  const signature = jwt?.claims && (found ?? { signature: 'not verified' })
  return JSON.stringify(
    { format, expiresAt, expiresIn, ...signature, ...jwt, introspection: introspection?.raw },
    null,
    2,
  )
}

const printFindings = async (flags: InspectFlags): Promise<void> => {
  const token = await tokenOf(flags)
  const findings = await findingsOn(token, flags)
  const now = Date.now()
  const judgements = judgementsOn(findings, now)
  if (flags.json) {
    putOut(jsonOf(findings, now))
  } else {
    const { jwt, introspection } = findings
    const sections = [
      { heading: 'Header', rows: rowsOf(jwt?.header ?? {}, now) },
      { heading: 'Claims', rows: rowsOf(jwt?.claims ?? {}, now) },
      { heading: 'Introspection', rows: rowsOf(introspection?.raw ?? {}, now) },
    ]
    const lines = judgements.map(([kind, text]) => judgement(kind, text)).join('\n')
    putOut([kindOf(findings, token), report(sections), lines].filter((part) => part).join('\n\n'))
  }
  if (judgements.some(([kind]) => kind === 'bad')) throw new Refused()
}

export const inspect = (): Command => {
  const command = subcommand({
    name: 'inspect',
    summary: 'Say what a token is, and when it ends',
    more:
      'Reads the token from standard input, BEARWARD_TOKEN or a file. It ends with 1 if the token has expired, is ' +
      'not active, or cannot be shown to be of the server that is named.',
    examples: {
      'what is in the token that is kept':
        'bearward token --issuer https://as.example.com --client-id me |\n    bearward inspect',
      'verify its signature': 'echo "$TOKEN" | bearward inspect --issuer https://as.example.com',
      'ask the server (RFC 7662), with the secret in BEARWARD_CLIENT_SECRET':
        'bearward inspect --token-env TOKEN --client-id api \\\n    --issuer https://as.example.com',
    },
  })
  takesSecret(command.optionsGroup('The token:'), 'token')
  takesServer(command)
  takesClient(command)
  return command.optionsGroup('Output:').option('--json', 'Print what was found as JSON').action(printFindings)
}
