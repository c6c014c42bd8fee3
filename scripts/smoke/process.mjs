// PROGRAM scripts/smoke/process.mjs ORIGIN CLOSED_ORIGIN: the scenario in Node, Bun or Deno.
import process from 'node:process'
import { https } from './https.mjs'
import { mutualTls } from './mutual-tls.mjs'
import { smoke } from './scenario.mjs'

if (!import.meta.resolve('bearward').endsWith('/dist/index.js')) throw new Error('this is not the built package')
const [origin, closedOrigin] = process.argv.slice(2)
await https()
await mutualTls(origin)
// The runner reads this, and fails if it meets a secret.
console.log(await smoke({ origin, closedOrigin }))
