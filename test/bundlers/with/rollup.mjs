import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup as open } from 'rollup'
import { rolled } from './rolled.mjs'

export const rollup = async ({ app, target, outdir }) => {
  const warnings = []
  const bundle = await open({
    input: app,
    plugins: [nodeResolve({ browser: target === 'browser' })],
    onLog: (level, { message }) => level !== 'debug' && warnings.push(message),
  })
  const { output } = await bundle.write({ dir: outdir, format: 'es' })
  await bundle.close()
  return rolled(output, warnings)
}
