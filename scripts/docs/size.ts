// npm run size-table: measures what is built, and what others weigh for the same job, and writes it into docs/size.md. With `--check`
// it measures our own files alone, and says what the page has wrong.
import { readFileSync, writeFileSync } from 'node:fs'
import { bundledApps } from './size/bundlers.ts'
import { published, type Weight } from './size/files.ts'
import { contendersOf } from './size/jobs.ts'
import { entries, jobs, late } from './size/measured.ts'
import { type Row, sizePage, stale, tableOf } from './size/page.ts'

const path = new URL('../../docs/size.md', import.meta.url)
const page = readFileSync(path, 'utf8')

const rowsOf = (files: Readonly<Record<string, readonly [string, string]>>): readonly Row[] =>
  published(Object.keys(files)).map(({ file, gzip, brotli, inside }) => {
    const [name, remark] = files[file] ?? ['', '']
    return { cells: name ? [name, `\`${file}\``] : [`\`${file}\``], gzip, brotli, remarks: [remark, inside.join(', ')] }
  })

const weightsOf = (files: object): ReadonlyMap<string, Weight> =>
  new Map(published(Object.keys(files)).map(({ file, ...weight }) => [file, weight]))

if (process.argv.includes('--check')) {
  const wrong = [...stale(page, 'entries', weightsOf(entries)), ...stale(page, 'late', weightsOf(late))]
  if (wrong.length) {
    console.error(`docs/size.md is behind; npm run size-table makes it anew:\n${wrong.join('\n')}`)
    process.exitCode = 1
  }
} else {
  const tables: Record<string, string> = {
    entries: tableOf(
      [
        ['entry', 'file'],
        ['what it loads late', 'made of'],
      ],
      rowsOf(entries),
    ),
    late: tableOf([['file'], ['loads with', 'made of']], rowsOf(late)),
  }
  for (const job of jobs) {
    const contenders = await contendersOf(job)
    const rows = contenders.map(({ library, note, ...weight }) => ({ cells: [library], ...weight, remarks: [note] }))
    tables[job.name] = tableOf([['library'], ['remark']], rows)
  }
  tables['bundlers'] = await bundledApps()
  writeFileSync(path, sizePage(page, tables))
}
