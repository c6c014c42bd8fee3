// node run.mjs BUNDLER APP TARGET OUTDIR: bundles an app, and writes beside the bundle what has become of it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { esbuild, esbuildInOneFile } from './esbuild.mjs'
import { rollup } from './rollup.mjs'
import { vite } from './vite.mjs'
import { webpack } from './webpack.mjs'

const bundlers = { esbuild, 'esbuild, one file': esbuildInOneFile, rollup, vite, webpack }
const [bundler, app, target, outdir] = process.argv.slice(2)

mkdirSync(outdir, { recursive: true })
const failed = ({ message }) => ({ warnings: [message], chunks: [] })
const bundled = await bundlers[bundler]({ app, target, outdir }).catch(failed)
writeFileSync(`${outdir}.json`, JSON.stringify(bundled))
