// npm run mutation [-- protocol | tokens | FILE …] [--anew]: changes the code in thousands of places, and runs the tests of each.
// The whole writes docs/mutation.md. A part judges only what has changed since, unless it is told `--anew`.
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { mutationPage, scoreOf } from './page.ts'
import { changeOf, type Judged, reasonsOf } from './survivors.ts'

const rooms = ['src/protocol', 'src/tokens']
const leastNoticed = 90

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { anew: { type: 'boolean', default: false } },
})
const isWhole = positionals.length === 0
const wanted = isWhole ? rooms : positionals.map((name) => (/^(protocol|tokens)$/.test(name) ? `src/${name}` : name))

const begun = performance.now()
const stryker = new Stryker({
  mutate: wanted.map((name) => (name.endsWith('.ts') ? name : `${name}/**/*.ts`)),
  testRunner: 'lasting',
  plugins: [new URL('runner.ts', import.meta.url).pathname, '@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'scripts/mutation/vitest.config.ts', related: false },
  ignorePatterns: [
    '**',
    '!src/**',
    '!test/**',
    'test/runtimes/**',
    '!scripts/mutation/**',
    '!package.json',
    '!tsconfig.json',
  ],
  // TypeScript 7 has no API for Stryker to read it with; nothing of it is needed.
  tsconfigFile: 'none.json',
  coverageAnalysis: 'perTest',
  // What is not stopped within the tests: a loop without an end. The machine may be slow, and busy.
  timeoutMS: 60_000,
  timeoutFactor: 4,
  concurrency: availableParallelism(),
  incremental: true,
  force: isWhole || values.anew,
  incrementalFile: 'reports/mutation/incremental.json',
  tempDirName: 'reports/mutation/sandbox',
  reporters: ['progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: 'reports/mutation/mutation.json' },
  htmlReporter: { fileName: 'reports/mutation/mutation.html' },
})

const results = await stryker.runMutationTest()

/** The text from one place of a file to another; lines and columns count from 1. */
const textAt = (file: string, { start, end }: (typeof results)[number]['location']): string => {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line)
  lines.push((lines.pop() ?? '').slice(0, end.column - 1))
  const [first = '', ...rest] = lines
  return [first.slice(start.column - 1), ...rest].join('\n')
}

const mutants = results.map(
  ({ fileName, status, mutatorName, replacement = '', location }): Judged => ({
    ...{ file: relative('.', fileName), status, mutator: mutatorName, replacement },
    ...{ line: location.start.line, original: textAt(fileName, location) },
  }),
)
const survivors = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
const reasons = reasonsOf(survivors, new Set(mutants.map(({ file }) => file)))
const minutes = Math.ceil((performance.now() - begun) / 60_000)

if (isWhole) {
  const run = { rooms, mutants, minutes, cores: availableParallelism() }
  writeFileSync('docs/mutation.md', mutationPage(run, reasons))
}

for (const survivor of reasons.unexplained) {
  console.log(`survives unexplained: ${survivor.file}:${survivor.line} ${changeOf(survivor)}`)
}
for (const change of reasons.stale) console.log(`explained, but does not survive: ${change}`)
const scores = rooms
  .map((room) =>
    scoreOf(
      room,
      mutants.filter(({ file }) => file.startsWith(`${room}/`)),
    ),
  )
  .filter((score) => score.mutants)
const told = scores.map(({ name, score, mutants: all }) => `${name}: ${score.toFixed(1)} % of ${all} noticed`)
console.log(`${told.join(', ')}; ${reasons.unexplained.length} survive unexplained; ${minutes} minutes`)
if (!scores.length || (isWhole && scores.some(({ score }) => score < leastNoticed))) process.exitCode = 1
