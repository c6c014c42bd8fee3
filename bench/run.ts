// npm run bench [-- scenario …]: bearward as it is built, beside its peers, on loopback.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { print, type Table } from './report.ts'

const scenarios = ['cached-token', 'throughput', 'thousand-callers', 'latency', 'misbehaviours', 'sharing'] as const

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !scenarios.some((scenario) => scenario === name))
if (unknown.length) {
  console.error(`no such scenario: ${unknown.join(', ')}; there are ${scenarios.join(', ')}`)
  process.exit(2)
}

const peers = fileURLToPath(new URL('./peers', import.meta.url))
if (!existsSync(`${peers}/node_modules`)) {
  const { status } = spawnSync('npm', ['ci', '--prefix', peers, '--loglevel=error'], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const begun = performance.now()
console.log(
  `Node ${process.versions.node}, ${availableParallelism()} cores. Medians; in brackets the lowest and highest.`,
)
for (const name of asked.length ? asked : scenarios) {
  const { run }: { run(): Promise<Table | readonly Table[]> } = await import(`./scenarios/${name}.ts`)
  for (const table of [await run()].flat()) print(table)
}
console.log(`\n${((performance.now() - begun) / 1000).toFixed(0)} s in all`)
