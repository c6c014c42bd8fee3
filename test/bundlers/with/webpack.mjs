import { promisify } from 'node:util'
import open from 'webpack'

/** What is concatenated to one module counts as its parts. */
const partsOf = ({ modules, nameForCondition }) => modules?.flatMap(partsOf) ?? nameForCondition ?? []

const outputs = {
  browser: {},
  node: {
    output: { module: true, chunkFormat: 'module', chunkLoading: 'import' },
    experiments: { outputModule: true },
  },
}

export const webpack = async ({ app, target, outdir }) => {
  const { output, ...options } = outputs[target]
  const compiler = open({
    mode: 'production',
    target: target === 'node' ? 'node22' : 'web',
    entry: { app },
    output: { ...output, path: outdir },
    ...options,
  })
  const stats = await promisify(compiler.run.bind(compiler))()
  await promisify(compiler.close.bind(compiler))()
  const { warnings, errors, chunks } = stats.toJson({ all: false, ...said, ...seen })
  const all = chunks.map(({ files, initial, modules }) => {
    const parts = modules.flatMap(partsOf)
    return { file: files[0], isFirst: initial, modules: parts.filter(isFile), imports: modules.flatMap(externalOf) }
  })
  return {
    entry: all.find(({ isFirst }) => isFirst)?.file,
    warnings: [...warnings, ...errors].map(({ message }) => message),
    chunks: all,
  }
}

const isFile = (module) => module.startsWith('/')
const externalOf = ({ name, modules = [] }) => [
  ...(/^external/.test(name) ? [name.match(/"([^"]*)"/)[1]] : []),
  ...modules.flatMap(externalOf),
]

const said = { warnings: true, errors: true }
const seen = {
  ids: true,
  chunks: true,
  chunkModules: true,
  dependentModules: true,
  nestedModules: true,
  chunkModulesSpace: Number.POSITIVE_INFINITY,
  nestedModulesSpace: Number.POSITIVE_INFINITY,
}
