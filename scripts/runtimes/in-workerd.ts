import { appendFileSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { build, type Plugin } from 'esbuild'
import type { Outcome } from '../../test/runtimes/outcome.ts'

/** Milliseconds that a file of tests may take. */
const patience = 300_000
const atOnce = 2

const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]))

interface Bundle {
  readonly script: string
  /** Whether it imports anything of Node. */
  readonly needsNode: boolean
}

const bundled = async (file: string): Promise<Bundle> => {
  let needsNode = false
  const nodeModules: Plugin = {
    name: 'modules of Node',
    setup: ({ onResolve }) => {
      onResolve({ filter: /.*/ }, ({ path }) => {
        if (!builtins.has(path)) return undefined
        needsNode = true
        return { path: path.startsWith('node:') ? path : `node:${path}`, external: true }
      })
    },
  }
  // Within the request, as workerd allows nothing random and no waiting while a script starts.
  const contents = `export default {
    async fetch() {
      const { runTests } = await import('./test/runtimes/workerd-worker.ts')
      return Response.json(await runTests(${JSON.stringify(file)}, () => import('./${file}')))
    },
  }`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: '.' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    define: { 'process.env.NODE_ENV': '"test"' },
    // What is left out of the package without harm is not left out of the source.
    ignoreAnnotations: true,
    logLevel: 'silent',
    plugins: [nodeModules],
  })
  return { script: outputFiles[0]?.text ?? '', needsNode }
}

const outcomeOf = async (file: string): Promise<Outcome> => {
  const { Miniflare } = await import('../../test/runtimes/node_modules/miniflare/dist/src/index.js')
  const { script, needsNode } = await bundled(file)
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: '2026-07-01',
    // A file that needs nothing of Node runs where there is nothing of it.
    compatibilityFlags: needsNode ? ['nodejs_compat'] : [],
    handleRuntimeStdio: () => {},
  })
  try {
    const answer = await miniflare.dispatchFetch('http://worker.test/', { signal: AbortSignal.timeout(patience) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(text.slice(0, 1000))
    return JSON.parse(text)
  } finally {
    await miniflare.dispose().catch(() => {})
  }
}

/** Runs each file of tests in a worker of its own, bundled with what of vitest runs tests. */
export const runInWorkerd = async (files: readonly string[], log: string): Promise<Outcome> => {
  writeFileSync(log, '')
  const waiting = [...files]
  const outcomes: Outcome[] = []
  const work = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      const failed = (error: Error): Outcome => ({ tests: [], errors: [`${file}: ${error.message}`] })
      const outcome = await outcomeOf(file).catch(failed)
      const passed = outcome.tests.filter(({ state }) => state === 'passed')
      appendFileSync(log, `${file}: ${passed.length} of ${outcome.tests.length} passed\n`)
      outcomes.push(outcome)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { tests: outcomes.flatMap(({ tests }) => tests), errors: outcomes.flatMap(({ errors }) => errors) }
}
