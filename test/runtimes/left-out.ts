import type { RuntimeName } from './runtimes.ts'

/** Files of tests that do not run in a runtime. */
interface FilesLeftOut {
  readonly runtimes: readonly RuntimeName[]
  /** What they do that cannot be done there, in a few words: the table in the README has them. */
  readonly why: string
  /** Each of the files imports one of these modules, itself or through others of the tests. */
  readonly needs: readonly string[]
  readonly files: readonly string[]
}

const filesIn = (folder: string, ...names: readonly string[]) => names.map((name) => `test/${folder}/${name}.test.ts`)

const filesOfStructure = filesIn(
  'structure',
  ...['conformance', 'errors-table', 'examples', 'floors', 'interop', 'links', 'providers-page', 'public-api'],
  ...['recipes', 'runtimes', 'security', 'site', 'snippets', 'tarball'],
)

/** Neither has processes, ports, files or drivers of databases. */
const confined = ['workerd', 'chromium'] as const

export const filesLeftOut: readonly FilesLeftOut[] = [
  {
    runtimes: ['bun', 'deno', ...confined],
    why: 'of the repository, not of a runtime',
    needs: ['node:fs', 'oxc-parser'],
    files: filesOfStructure,
  },
  {
    runtimes: ['bun', 'deno', ...confined],
    why: 'msw takes no requests over there',
    needs: ['msw/node'],
    files: filesIn('testing', 'faults-everywhere', 'faults-msw', 'msw'),
  },
  {
    runtimes: confined,
    why: 'start processes',
    needs: ['node:child_process'],
    files: [
      ...filesIn('command', 'discover', 'first-steps', 'inspect', 'mock', 'mock-config', 'run', 'token'),
      ...filesIn('interop', 'curl'),
      ...filesIn('native', 'system-browser'),
      ...filesIn('oidc', 'command'),
      ...filesIn(
        'stores',
        ...['file', 'file-full-disk', 'file-interrupted', 'file-lock', 'file-many-processes', 'file-odd-systems'],
        ...['postgres', 'postgres-locks', 'postgres-odd-systems', 'postgres-table', 'postgres-watch'],
        ...['redis', 'redis-cluster', 'redis-lock', 'redis-outage', 'redis-watch'],
      ),
    ],
  },
  {
    runtimes: confined,
    why: 'drive a browser',
    needs: ['playwright'],
    files: [
      ...filesIn('dpop', 'tabs'),
      ...filesIn('interop', 'oidc-client-ts'),
      ...filesIn('oidc', 'native'),
      ...filesIn('stores', 'per-tab', 'single-page-app', 'tabs'),
      ...filesIn('testing', 'cross-origin-pages', 'pages-in-chromium'),
    ],
  },
  {
    runtimes: confined,
    why: 'listen on a port',
    needs: ['node:http', 'node:https'],
    files: [
      ...filesIn('fetch', 'clients', 'redirects', 'requests'),
      ...filesIn('interop', 'certified', 'openid-client'),
      ...filesIn('native', 'authorize-natively'),
      ...filesIn(
        'oidc',
        ...['assertion-grant', 'authorization-code', 'client-assertion', 'client-credentials', 'device-authorization'],
        ...['discovery', 'dpop', 'id-token', 'introspection', 'mutual-tls', 'refresh', 'registration', 'revocation'],
        ...['session', 'step-up', 'targets', 'token-exchange', 'userinfo'],
      ),
      ...filesIn('testing', 'careless', 'https', 'listen', 'mutual-tls', 'overview-page'),
    ],
  },
  {
    runtimes: confined,
    why: 'try other clients over a port',
    needs: ['@badgateway/oauth2-client', 'google-auth-library', 'oauth4webapi', 'simple-oauth2'],
    files: filesIn('interop', 'badgateway-oauth2-client', 'google-auth-library', 'oauth4webapi', 'simple-oauth2'),
  },
  {
    runtimes: confined,
    why: 'read or write files',
    needs: ['node:fs'],
    files: ['test/redaction.test.ts', ...filesIn('faults', 'faults'), ...filesIn('fuzz', 'fuzz')],
  },
  {
    runtimes: ['workerd'],
    why: 'encrypt with node:crypto, too',
    needs: ['node:crypto'],
    files: filesIn('stores', 'encrypted'),
  },
  {
    runtimes: ['chromium'],
    why: 'use modules of Node',
    needs: ['node:crypto', 'node:diagnostics_channel', 'node:net', 'node:util'],
    files: [
      ...filesIn('command', 'mock-log'),
      ...filesIn('jwt', 'client-assertion', 'id-token-keys'),
      ...filesIn('stores', 'encrypted'),
      ...filesIn('testing', 'client-assertion', 'registration'),
      ...filesIn('tokens', 'events'),
    ],
  },
  {
    runtimes: ['chromium'],
    why: 'want a context that follows promises',
    needs: ['@opentelemetry/context-async-hooks'],
    files: filesIn('opentelemetry', 'metrics', 'spans', 'told'),
  },
]
