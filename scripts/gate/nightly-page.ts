// node scripts/gate/nightly-page.ts FIGURES: writes docs/nightly.md from the lines title, seconds, commit and figure of .ci/nightly.
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { stripVTControlCharacters } from 'node:util'

const [, , path = ''] = process.argv
const rows = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => stripVTControlCharacters(line).split('\t'))

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)} min ${seconds % 60} s`

const page = `# The nightly run

\`.ci/nightly\` runs everything, from a clean clone on a bare machine: the gate that each change must pass (\`.ci/run\`), and what takes too
long for that. It has written this page, when all of it held, on ${cpus().length} cores with Node ${process.versions.node}.

| what | took | at commit | what it said at the end |
| --- | --- | --- | --- |
${rows.map(([title, seconds, commit, figure]) => `| ${title} | ${minutes(Number(seconds))} | ${commit} | ${figure?.trim().replaceAll('|', '/')} |`).join('\n')}
`

writeFileSync('docs/nightly.md', page)
