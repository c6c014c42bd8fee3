// node bench/start-up.mjs: what the built package adds to a process that starts, against its budgets.
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const runs = 31
// What an import takes inside a process is printed and not judged: a millisecond or two, half of it noise.
const budgets = { import: 2, token: 1.3 }

const program = (file) => fileURLToPath(new URL(`start-up/${file}`, import.meta.url))

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

const timed = (argv) => {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' })
  const whole = performance.now() - started
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return { whole, inside: Number(stdout) }
}

/** Runs ours and theirs in turn, so that what else the machine does falls on both. */
const compare = (ours, theirs) => {
  const figures = { ours: [], theirs: [] }
  for (const argv of [ours, theirs]) timed(argv) // fills the caches of the file system
  for (let run = 0; run < runs; run++) {
    figures.ours.push(timed(ours))
    figures.theirs.push(timed(theirs))
  }
  const medians = (what) => [figures.ours, figures.theirs].map((all) => median(all.map((one) => one[what])))
  return { whole: medians('whole'), inside: medians('inside') }
}

const ms = (value) => `${value.toFixed(1)} ms`

const tell = (what, [ours, theirs], peer, verdict = '') => {
  console.log(`${what}: ${ms(ours)}, ${peer} ${ms(theirs)}, ratio ${(ours / theirs).toFixed(2)}${verdict}`)
}

/** What is over its budget is measured again: a busy machine is so by chance, and not three times. */
const judge = (what, measure, peer, budget) => {
  for (let left = 3; left > 0; left--) {
    const figures = measure()
    const [ours, theirs] = figures.whole
    const isOver = ours / theirs > budget
    tell(what, figures.whole, peer, `, budget ${budget}${isOver ? ': OVER' : ''}`)
    if (!isOver) return figures
  }
  process.exitCode = 1
  return undefined
}

const server = fork(program('token-server.mjs'))
const [tokenEndpoint] = await once(server, 'message')

const load = program('import.mjs')
const importing = () => compare([load, import.meta.resolve('bearward')], [load, program('empty.js')])
const imported = judge('import, whole process', importing, 'an empty module', budgets.import)
if (imported) tell('import, inside it', imported.inside, 'an empty module')

const fetching = () =>
  compare([program('token-bearward.mjs'), tokenEndpoint], [program('token-oauth4webapi.mjs'), tokenEndpoint])
judge('a process that fetches one token', fetching, 'with oauth4webapi', budgets.token)

server.disconnect()
