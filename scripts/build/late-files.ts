import type { Plugin } from 'esbuild'

/**
 * Leaves what talks to the server, what is seldom asked for, what shares tokens, what encrypts, what makes certificates, and the
 * pages of the mock, in files of their own, which are loaded when they are needed.
 */
export const lateFiles: Plugin = {
  name: 'late-files',
  setup(build) {
    build.onResolve({ filter: /\/(requests|grants|sharing|cipher|certificate|pages)\.js$/ }, ({ path }) => ({
      path: path.replace(/.*\//, './'),
      external: true,
    }))
  },
}
