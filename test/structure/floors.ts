import { referencesOf, resolve } from './syntax.js'

/** Which rooms of `src` a room may import from. A room is a folder or a file of `src`; one not listed may see all. */
const floors: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  protocol: ['core', 'protocol'],
  tokens: ['core', 'tokens'],
  stores: ['core', 'stores', 'tokens/store.ts'],
  providers: ['core', 'providers'],
  jwt: ['core', 'jwt', 'protocol/client-authentication.ts', 'protocol/id-token-validator.ts'],
  testing: ['core', 'providers', 'testing', 'tokens/store.ts'],
  vitest: ['core', 'testing', 'vitest'],
  dpop: ['core', 'dpop', 'protocol/digest.ts', 'tokens/store.ts'],
  native: [
    'core',
    'native',
    'protocol/authorization-request.ts',
    'protocol/context.ts',
    'protocol/elaborate-request.ts',
  ],
  cli: ['core', 'cli', 'protocol/device-authorization.ts'],
  opentelemetry: ['core', 'opentelemetry', 'client-types.ts', 'tokens/events.ts'],
  'fetch.ts': ['core', 'fetch', 'tokens'],
  fetch: ['core', 'fetch'],
  command: [
    'core',
    'command',
    'index.ts',
    'cli/index.ts',
    'cli/printable.ts',
    'jwt/index.ts',
    'native/index.ts',
    'providers/index.ts',
    'stores/file.ts',
    'testing/check-options.ts',
    'testing/checks.ts',
    'testing/index.ts',
    'testing/masking.ts',
    'testing/profiles/names.ts',
  ],
  'bin.ts': ['command'],
}

/** The files that may import a package. No other package is imported at all. */
const doors: Readonly<Record<string, readonly string[]>> = {
  commander: ['command/parser.ts'],
  '@opentelemetry/api': [
    'opentelemetry/activity.ts',
    'opentelemetry/instruments.ts',
    'opentelemetry/renewals.ts',
    'opentelemetry/requests.ts',
    'opentelemetry/resends.ts',
    'opentelemetry/telemetry.ts',
  ],
  '@peculiar/x509': ['testing/crypto/certificate.ts'],
  ky: ['protocol/door.ts'],
  zod: ['protocol/wire.ts'],
  jose: [
    'command/verification.ts',
    'jwt/client-assertion.ts',
    'jwt/id-token-rules.ts',
    'jwt/id-token.ts',
    'jwt/key-set.ts',
    'jwt/signing-key.ts',
  ],
  vitest: ['vitest/index.ts', 'vitest/matchers.ts'],
}

/** Entries that exist for Node alone. */
const nodeEntries: readonly string[] = [
  'bin.ts',
  'command/failure.ts',
  'command/interruption.ts',
  'command/mock/certificate-file.ts',
  'command/mock/clients.ts',
  'command/mock/config-file.ts',
  'command/mock/reporter.ts',
  'command/mock/serve.ts',
  'command/mock/snippets.ts',
  'command/parser.ts',
  'command/place.ts',
  'command/report.ts',
  'command/secret.ts',
  'command/terminal.ts',
  'command/token.ts',
  'native/loopback.ts',
  'native/system-browser.ts',
  'stores/file.ts',
  'stores/file-events.ts',
  'stores/file-lock.ts',
  'stores/file-marks.ts',
  'stores/file-owner.ts',
  'stores/file-record.ts',
  'stores/file-system.ts',
]

/** The entry that a page loads. */
const pageEntry = 'authorize.ts'

const wiring = 'client.ts'

const longest = 300

interface Edge {
  readonly from: string
  /** A file of `src`, or the specifier of a package. */
  readonly to: string
  readonly isPackage: boolean
  readonly kind: 'import' | 're-export'
  readonly typeOnly: boolean
}

const edgesOf = (files: ReadonlyMap<string, string>): readonly Edge[] =>
  [...files].flatMap(([from, source]) =>
    referencesOf(from, source).map(({ specifier, ...rest }) => {
      const isPackage = !specifier.startsWith('.')
      return { from, to: isPackage ? specifier : resolve(from, specifier), isPackage, ...rest }
    }),
  )

const roomOf = (path: string): string => path.split('/')[0] ?? path

const packageOf = (specifier: string): string => specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? specifier

const upward = ({ from, to, isPackage }: Edge): boolean => {
  const allowed = floors[roomOf(from)]
  return !isPackage && !!allowed && !allowed.includes(roomOf(to)) && !allowed.includes(to)
}

const forbiddenPackage = ({ from, to, isPackage }: Edge): boolean => {
  if (!isPackage) return false
  return to.startsWith('node:') ? !nodeEntries.includes(from) : !doors[packageOf(to)]?.includes(from)
}

/** Every file and package that is loaded with a file, sooner or later. */
const reachedFrom = (start: string, edges: readonly Edge[], seen: Set<string> = new Set()): ReadonlySet<string> => {
  for (const { from, to, typeOnly } of edges) {
    if (from !== start || typeOnly || seen.has(to)) continue
    seen.add(to)
    reachedFrom(to, edges, seen)
  }
  return seen
}

const wiringElsewhere = (files: ReadonlyMap<string, string>, edges: readonly Edge[]): readonly string[] =>
  [...files.keys()].filter((path) => {
    const rooms = edges
      .filter(({ from, kind, typeOnly }) => from === path && kind === 'import' && !typeOnly)
      .map(({ to }) => roomOf(to))
    return path !== wiring && rooms.includes('protocol') && rooms.includes('tokens')
  })

/** The first way round that is found, types included: what cannot be read one file after another. */
const cycleIn = (edges: readonly Edge[]): readonly string[] | undefined => {
  const done = new Set<string>()
  const visit = (path: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path]
    if (done.has(path)) return undefined
    for (const { from, to } of edges) {
      const found = from === path && visit(to, [...way, path])
      if (found) return found
    }
    done.add(path)
    return undefined
  }
  for (const { from } of edges) {
    const found = visit(from, [])
    if (found) return found
  }
  return undefined
}

/** What in `files` (path below `src` → source) breaks the floors of the design: a sentence for each breach. */
export const breachesOf = (files: ReadonlyMap<string, string>): readonly string[] => {
  const edges = edgesOf(files)
  const cycle = cycleIn(edges)
  const paths = [...files.keys()]
  return [
    ...edges.filter(upward).map(({ from, to }) => `${from} must not import ${to}`),
    ...edges.filter(forbiddenPackage).map(({ from, to }) => `${from} must not import the package ${to}`),
    ...Object.keys(doors)
      .filter((name) => [...reachedFrom(pageEntry, edges)].some((reached) => packageOf(reached) === name))
      .map((name) => `${pageEntry} reaches ${name}`),
    ...wiringElsewhere(files, edges).map((path) => `${path} wires protocol and tokens: only ${wiring} does`),
    ...(cycle ? [`a cycle: ${cycle.join(' → ')}`] : []),
    ...paths
      .filter((path) => /(^|\/)(utils?|helpers?|common)(\.|\/)/.test(path))
      .map((path) => `${path} has a name that says nothing`),
    ...[...files]
      .map(([path, source]) => ({ path, lines: source.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > longest)
      .map(({ path, lines }) => `${path} has ${lines} lines`),
  ]
}
