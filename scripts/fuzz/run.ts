// npm run fuzz -- [--seconds 60] [--seed N] [--workers 2] [--target TEXT] [--rounds N]: hostile inputs for every parser, for as
// long as it is told. What fails is printed as small as it could be made, with the seed that brings it back.
import { type ChildProcess, spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import type { Assignment, Told } from './message.ts'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000_000}` },
    workers: { type: 'string', default: '2' },
    target: { type: 'string', default: '' },
    rounds: { type: 'string' },
  },
})

const numberOf = (name: 'seconds' | 'seed' | 'workers' | 'rounds'): number => {
  const number = Number(values[name])
  if (Number.isInteger(number) && (number > 0 || name === 'seed')) return number
  console.error(`--${name} must be a whole number`)
  process.exit(2)
}

const seconds = numberOf('seconds')
const seed = numberOf('seed')
const rounds = values.rounds === undefined ? undefined : numberOf('rounds')
const workers = rounds === undefined ? numberOf('workers') : 1

/** Milliseconds after which one round can only be a parser that does not end: within the worker nothing stops that. */
const longestRoundMs = 60_000
/** How far the seeds of two workers are apart. */
const apart = 1_000_003

const again = (target: string, its: number) => `npm run fuzz -- --target '${target}' --seed ${its} --rounds 1`

const { outputFiles } = await build({
  entryPoints: ['scripts/fuzz/worker.ts'],
  ...({ bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external' } as const),
  // Its library must not load with the rest, and nothing here listens over https.
  external: ['./certificate.js', '../crypto/certificate.js'],
})
const code = outputFiles[0]?.text ?? ''

const counts = new Map<string, number>()

/** @returns how many parsers failed, or 1 for a worker that did not come to its end. */
const work = (assignment: Assignment): Promise<number> =>
  new Promise((resolve) => {
    const argv = ['--input-type=module', '-', JSON.stringify(assignment)]
    const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['pipe', 'inherit', 'inherit', 'ipc'] })
    let failures = 0
    let current = 'nothing yet'
    let timer: NodeJS.Timeout | undefined
    const watch = () => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        console.error(`\nFAILED: it does not end: ${current}`)
        child.kill('SIGKILL')
      }, longestRoundMs)
    }
    child.on('message', (told: Told) => {
      watch()
      current = again(told.target, told.seed)
      if (told.kind === 'round') counts.set(told.target, (counts.get(told.target) ?? 0) + told.inputs)
      else {
        failures++
        console.error(`\nFAILED: ${told.target}\n${told.report}\nAgain: ${current}`)
      }
    })
    child.on('exit', (status) => {
      clearTimeout(timer)
      if (status !== 0 && failures === 0) console.error(`\nFAILED: a worker ended with ${status} at: ${current}`)
      resolve(status === 0 ? failures : Math.max(failures, 1))
    })
    child.stdin?.end(code)
    watch()
  })

const until = Date.now() + seconds * 1000
console.log(`fuzzing with seed ${seed} for ${rounds === undefined ? `${seconds} s` : `${rounds} rounds`}`)
const failures = await Promise.all(
  Array.from({ length: workers }, (_, at) => work({ seed: seed + at * apart, until, only: values.target, rounds })),
)
for (const [name, count] of counts) console.log(`${String(count).padStart(9)} ${name}`)
const total = failures.reduce((sum, count) => sum + count, 0)
if (counts.size === 0) console.error(`no parser is called ${values.target}`)
console.log(total ? `${total} failed` : 'every promise was kept')
process.exitCode = total || counts.size === 0 ? 1 : 0
