import { writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { build } from 'vite'
import { rolled } from './rolled.mjs'

/** A page and its script; for Node one bundle, which nothing is left out of. */
const inputs = {
  browser: (app) => {
    const page = app.replace(/js$/, 'html')
    writeFileSync(page, `<!doctype html><script type="module" src="./${basename(app)}"></script>`)
    return { build: { rolldownOptions: { input: page } } }
  },
  node: (app) => ({ build: { ssr: app }, ssr: { noExternal: true } }),
}

export const vite = async ({ app, target, outdir }) => {
  const warnings = []
  const warn = (message) => warnings.push(message)
  const customLogger = { warn, warnOnce: warn, error: warn, info() {}, clearScreen() {}, hasErrorLogged: () => false }
  const input = inputs[target](app)
  const { output } = await build({
    ...input,
    root: dirname(app),
    configFile: false,
    customLogger,
    build: { ...input.build, outDir: outdir, emptyOutDir: true },
  })
  return rolled(output, warnings)
}
