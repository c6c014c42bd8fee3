// npm run runtimes [-- NAME… --only TEXT]: the tests of the source in every runtime, or in those named: the table in the README
// has what came of it. It needs what `.ci/run` installs. `--only` runs the files whose path has that text, and writes no table.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import { launchOptions } from '../../test/runtimes/chromium-options.ts'
import { testFiles } from '../../test/runtimes/files.ts'
import { isRuntime, type RuntimeName, runtimeNames, runtimes } from '../../test/runtimes/runtimes.ts'
import { runInVitest } from './in-vitest.ts'
import { runInWorkerd } from './in-workerd.ts'
import { judge, type Verdict } from './judge.ts'
import { rowOf, withRows } from './table.ts'

const { positionals: named, values } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' } } })
const unknown = named.find((name) => !isRuntime(name))
if (unknown !== undefined) {
  console.error(`there is no runtime «${unknown}»: there are ${runtimeNames.join(', ')}`)
  process.exit(2)
}

const chromiumVersion = async (): Promise<string> => {
  const browser = await chromium.launch(launchOptions)
  const version = browser.version()
  await browser.close()
  return version
}

const tell = ({ passed, differing, failures }: Verdict, seconds: number): void => {
  const different = [...differing.values()].reduce((sum, one) => sum + one, 0)
  console.log(`${passed} passed, ${different} differ as is known, ${failures.length} failed, ${seconds.toFixed(0)} s`)
  for (const { title, message } of failures) {
    console.log([`FAILED: ${title}`, ...message.slice(0, 600).trim().split('\n')].join('\n    '))
  }
}

mkdirSync('reports/runtimes', { recursive: true })
const rows = new Map<RuntimeName, string>()
for (const name of runtimeNames.filter((one) => !named.length || named.includes(one))) {
  const { title, version = await chromiumVersion() } = runtimes[name]
  console.log(`\n== ${title} ${version}`)
  const started = performance.now()
  const log = `reports/runtimes/${name.replace(' ', '-')}.log`
  const ran = name === 'workerd' ? runInWorkerd(testFiles(name, values.only), log) : runInVitest(name, log, values.only)
  const outcome = await ran.catch((error: Error) => ({ tests: [], errors: [error.message] }))
  writeFileSync(log.replace('.log', '.json'), JSON.stringify(outcome))
  const verdict = judge(name, outcome, values.only)
  tell(verdict, (performance.now() - started) / 1000)
  if (!verdict.failures.length) rows.set(name, rowOf(name, version, verdict))
  else process.exitCode = 1
}
if (values.only === undefined) writeFileSync('README.md', withRows(readFileSync('README.md', 'utf8'), rows))
