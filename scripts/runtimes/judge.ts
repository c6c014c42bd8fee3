import { differences } from '../../test/runtimes/differences/index.ts'
import type { Outcome } from '../../test/runtimes/outcome.ts'
import type { RuntimeName } from '../../test/runtimes/runtimes.ts'

export interface Verdict {
  readonly passed: number
  /** How many fail as they are known to, by what differs. */
  readonly differing: ReadonlyMap<string, number>
  /** What must not be: its title, and what was said of it. */
  readonly failures: readonly { readonly title: string; readonly message: string }[]
}

/** Tells what failed from what is known to differ in that runtime; of which nothing may pass, or be missing. */
export const judge = (runtime: RuntimeName, { tests, errors }: Outcome, only = ''): Verdict => {
  const failures = errors.map((message) => ({ title: 'beside the tests', message }))
  const differing = new Map<string, number>()
  const known = new Set<string>()
  for (const { why, file, tests: titles } of differences[runtime] ?? []) {
    if (!file.includes(only)) continue
    for (const title of titles) {
      const meant = tests.filter((test) => test.file === file && `${test.name} > `.startsWith(`${title} > `))
      const others = meant.filter(({ state }) => state !== 'failed')
      if (!meant.length || others.length) {
        const message = meant.length
          ? 'It is said to fail here, and does not.'
          : 'It is said to fail here, and is not there.'
        failures.push({ title: `${file}: ${others[0]?.name ?? title}`, message })
      }
      for (const { name } of meant) known.add(`${file}: ${name}`)
      differing.set(why, (differing.get(why) ?? 0) + meant.length)
    }
  }
  for (const { file, name, state, message } of tests) {
    const title = `${file}: ${name}`
    if (state !== 'passed' && !known.has(title)) failures.push({ title, message: message ?? 'It did not run.' })
  }
  return { passed: tests.filter(({ state }) => state === 'passed').length, differing, failures }
}
