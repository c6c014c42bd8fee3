import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, rmSync } from 'node:fs'
import type { Outcome } from '../../test/runtimes/outcome.ts'
import { type RuntimeName, runtimes } from '../../test/runtimes/runtimes.ts'

/** Runs the tests with vitest itself: in the runtime, or in the page that vitest opens. What it prints goes to a file. */
export const runInVitest = async (name: RuntimeName, log: string, only = ''): Promise<Outcome> => {
  const outcome = `reports/runtimes/${name.replace(' ', '-')}.json`
  rmSync(outcome, { force: true })
  const [program = process.execPath, ...options] = runtimes[name].program ?? []
  const argv = [...options, 'node_modules/vitest/vitest.mjs', 'run', '--config', 'test/runtimes/vitest.config.ts']
  const child = spawn(program, [...argv, '--root', '.'], {
    // The tests leave out what the machine lacks: here they fail.
    env: { ...process.env, RUNTIME: name, OUTCOME: outcome, ONLY: only, LEAVE_OUT_NOTHING: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = createWriteStream(log)
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  const [code, signal] = await once(child, 'close')
  output.end()
  if (!existsSync(outcome)) throw new Error(`vitest told of no tests, and ended with ${signal ?? code}: see ${log}`)
  return JSON.parse(readFileSync(outcome, 'utf8'))
}
