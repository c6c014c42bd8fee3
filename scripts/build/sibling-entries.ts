import type { Plugin } from 'esbuild'

/** The entries of the package that the command line uses, as its source names them. Each loads when a subcommand needs it. */
const entry = /^(?:\.\.\/)+(?:(index)|(\w+)\/index|stores\/(file))\.js$/

/** Leaves the package's own entries out of the command line: they lie beside it. */
export const siblingEntries: Plugin = {
  name: 'sibling-entries',
  setup(build) {
    build.onResolve({ filter: entry }, ({ path, importer }) => {
      const [, index, room, file] = entry.exec(path) ?? []
      return /[\\/]command[\\/]/.test(importer) ? { path: `./${index ?? room ?? file}.js`, external: true } : undefined
    })
  },
}
