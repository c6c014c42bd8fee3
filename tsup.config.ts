import { defineConfig, type Options } from 'tsup'
import { lateFiles } from './scripts/build/late-files.ts'
import { siblingEntries } from './scripts/build/sibling-entries.ts'
import { thirdPartyLicences } from './scripts/build/third-party-licences.ts'
import { trimKy } from './scripts/build/trim-ky.ts'
import { trimZod } from './scripts/build/trim-zod.ts'
import { withoutExecutables } from './scripts/build/without-executables.ts'

const common: Options = {
  format: ['esm'],
  target: 'es2022',
  platform: 'neutral',
  dts: false,
  sourcemap: true,
  minify: true,
  // A file an entry: to open one costs an import more than all that is in it (docs/decisions/0001-bundled-and-late.md).
  splitting: false,
  // Node prints the line that threw an uncaught error: it must not be the whole file.
  esbuildOptions: (options) => {
    options.lineLimit = 160
  },
}

export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      authorize: 'src/authorize.ts',
      cipher: 'src/stores/cipher.ts',
      cli: 'src/cli/index.ts',
      dpop: 'src/dpop/index.ts',
      grants: 'src/protocol/grants.ts',
      login: 'src/protocol/login.ts',
      metadata: 'src/protocol/metadata.ts',
      pages: 'src/testing/pages/pages.ts',
      postgres: 'src/stores/postgres.ts',
      providers: 'src/providers/index.ts',
      testing: 'src/testing/index.ts',
      redis: 'src/stores/redis.ts',
      sharing: 'src/tokens/sharing.ts',
      web: 'src/stores/web.ts',
    },
    esbuildPlugins: [lateFiles],
  },
  // jose is the user's own: a program that needs none of this does not install it.
  { ...common, entry: { jwt: 'src/jwt/index.ts' }, external: ['jose'] },
  // The SDK that it speaks to is the user's, and so is the API between the two.
  { ...common, entry: { opentelemetry: 'src/opentelemetry/index.ts' }, external: ['@opentelemetry/api'] },
  // It adds to the expect of the user's own vitest.
  { ...common, entry: { vitest: 'src/vitest/index.ts' }, external: ['vitest'] },
  // Deno knows Node's modules by their whole name.
  {
    ...common,
    entry: { file: 'src/stores/file.ts', native: 'src/native/index.ts' },
    platform: 'node',
    removeNodeProtocol: false,
  },
  // What a developer types: its parser is bundled too (docs/decisions/0011-tools-are-bundled.md).
  {
    ...common,
    entry: { bin: 'src/bin.ts' },
    external: ['jose'],
    platform: 'node',
    removeNodeProtocol: false,
    esbuildPlugins: [siblingEntries, withoutExecutables, thirdPartyLicences],
  },
  // The certificate of a mock that listens over https; its sources would weigh four times as much.
  {
    ...common,
    entry: { certificate: 'src/testing/crypto/certificate.ts' },
    sourcemap: false,
    esbuildPlugins: [thirdPartyLicences],
  },
  { ...common, entry: { requests: 'src/protocol/requests.ts' }, esbuildPlugins: [trimKy, trimZod, thirdPartyLicences] },
])
