import { resolve } from 'node:path'
import { build } from 'esbuild'

/** The chunk of an entry, and all that it imports statically. */
const startOf = (outputs, file, found = new Set()) => {
  if (found.has(file)) return found
  found.add(file)
  for (const { path, kind, external } of outputs[file].imports) {
    if (!external && kind === 'import-statement') startOf(outputs, path, found)
  }
  return found
}

export const esbuild = async ({ app, target, outdir, splitting = true }) => {
  const { warnings, metafile } = await build({
    entryPoints: [app],
    bundle: true,
    minify: true,
    outdir,
    platform: target,
    format: splitting || target === 'node' ? 'esm' : 'iife',
    splitting,
    metafile: true,
    absWorkingDir: outdir,
    logLevel: 'silent',
  })
  const { outputs } = metafile
  // What is imported late is an entry point too.
  const isApp = ({ entryPoint }) => entryPoint && resolve(outdir, entryPoint) === app
  const entry = Object.keys(outputs).find((file) => isApp(outputs[file]))
  const start = startOf(outputs, entry)
  return {
    entry,
    warnings: warnings.map(({ text }) => text),
    chunks: Object.entries(outputs).map(([file, { imports, inputs }]) => ({
      file,
      isFirst: start.has(file),
      modules: Object.keys(inputs).filter((module) => inputs[module].bytesInOutput > 0),
      imports: imports.filter(({ external }) => external).map(({ path }) => path),
    })),
  }
}

/** As it is by default: what loads late is in the same file. */
export const esbuildInOneFile = (options) => esbuild({ ...options, splitting: false })
