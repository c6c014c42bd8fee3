import type { Job } from './jobs.ts'

/** The files of the entries: the name, and what each loads late. */
export const entries: Readonly<Record<string, readonly [string, string]>> = {
  'index.js': [
    '`bearward`',
    '`requests.js` with the first request; `login.js`, `metadata.js`, `grants.js`, `sharing.js`, `cipher.js`',
  ],
  'authorize.js': ['`bearward/authorize`', ''],
  'cli.js': ['`bearward/cli`', ''],
  'dpop.js': ['`bearward/dpop`', ''],
  'file.js': ['`bearward/file`', ''],
  'jwt.js': ['`bearward/jwt`', 'jose is the program’s own, and not in it'],
  'native.js': ['`bearward/native`', ''],
  'opentelemetry.js': ['`bearward/opentelemetry`', '`@opentelemetry/api` is the program’s own'],
  'postgres.js': ['`bearward/postgres`', 'the driver is the program’s own'],
  'providers.js': ['`bearward/providers`', ''],
  'redis.js': ['`bearward/redis`', 'the driver is the program’s own'],
  'web.js': ['`bearward/web`', ''],
  'testing.js': ['`bearward/testing`', '`pages.js`, `certificate.js`'],
  'vitest.js': ['`bearward/vitest`', 'vitest is the program’s own'],
  'bin.js': ['the command `bearward`', 'the entries that a subcommand needs'],
}

/** The files that are loaded late, and when. */
export const late: Readonly<Record<string, readonly [string, string]>> = {
  'requests.js': ['', 'the first request'],
  'login.js': ['', 'a DPoP key, an ID token validator, a pushed request, `resource`; `revoke`, `end()`, `logoutUrl`'],
  'metadata.js': ['', '`discover`, `discoverResource`'],
  'grants.js': ['', 'device, token exchange, JWT bearer, extension grants; introspection, userinfo; registration'],
  'sharing.js': ['', 'the first source that has a `store`'],
  'cipher.js': ['', 'the first value of an `encrypted` store'],
  'pages.js': ['', 'a page of the mock that is looked at'],
  'certificate.js': ['', 'a mock that listens over https, or is asked for a certificate; most of it is @peculiar/x509'],
}

/** What is done by every library that can do it, each by a program in the folder of that name. */
export const jobs: readonly Job[] = [
  {
    name: 'client-credentials',
    platform: 'node',
    loads: ['requests.js'],
    notes: {
      'simple-oauth2': 'Node only',
    },
  },
  {
    name: 'authorize-url',
    platform: 'browser',
    loads: [],
    notes: {
      oauth4webapi: 'the program puts the URL together',
      '@badgateway/oauth2-client': 'the program makes the state',
      'oidc-client-ts': 'reads the metadata of the server too',
    },
  },
  {
    name: 'code-and-refresh',
    platform: 'node',
    loads: ['requests.js'],
    notes: {
      'simple-oauth2': 'no check of the callback',
      arctic: 'no check of the callback',
      'google-auth-library': 'no check of the callback',
      'client-oauth2': 'no PKCE',
    },
  },
  {
    name: 'tabs',
    platform: 'browser',
    loads: ['requests.js', 'sharing.js'],
    notes: { 'oidc-client-ts': 'OpenID Connect alone; each tab renews by itself' },
  },
]
