import type { Plugin } from 'esbuild'

/** commander can run subcommands that are programs of their own. There are none, and Node takes 7 ms to get ready for them. */
export const withoutExecutables: Plugin = {
  name: 'without-executables',
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path: 'executables', namespace: 'left-out' } : undefined,
    )
    build.onLoad({ filter: /^executables$/, namespace: 'left-out' }, () => ({ contents: 'export default {}' }))
  },
}
