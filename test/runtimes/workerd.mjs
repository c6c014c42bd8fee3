// node test/runtimes/workerd.mjs ORIGIN CLOSED_ORIGIN: the scenario, bundled, in workerd.
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

const [origin, closedOrigin] = process.argv.slice(2)
const { outputFiles } = await build({
  entryPoints: ['scripts/smoke/worker.mjs'],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  conditions: ['workerd', 'worker'],
  write: false,
})
const miniflare = new Miniflare({
  modules: true,
  script: outputFiles[0].text,
  compatibilityDate: '2026-07-01',
  bindings: { origin, closedOrigin },
})
try {
  const failure = await (await miniflare.dispatchFetch('http://worker.test/')).text()
  if (failure) throw new Error(failure)
} finally {
  await miniflare.dispose()
}
