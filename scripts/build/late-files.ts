import { basename, join, resolve } from 'node:path'
import type { Plugin } from 'esbuild'

/** What talks to the server, what is seldom asked for, what shares tokens, what encrypts, and of the mock its certificates and pages. */
const late = [
  'protocol/requests',
  'protocol/login',
  'protocol/metadata',
  'protocol/grants',
  'tokens/sharing',
  'stores/cipher',
  'testing/crypto/certificate',
  'testing/pages/pages',
].map((source) => resolve('src', `${source}.js`))

/** Leaves these in files of their own, which are loaded when they are needed. */
export const lateFiles: Plugin = {
  name: 'late-files',
  setup(build) {
    build.onResolve({ filter: /^\..*\.js$/ }, ({ path, resolveDir }) => {
      const isLate = late.includes(join(resolveDir, path))
      return isLate ? { path: `./${basename(path)}`, external: true } : undefined
    })
  },
}
