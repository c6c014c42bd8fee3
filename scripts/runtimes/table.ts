import { allFiles } from '../../test/runtimes/files.ts'
import { filesLeftOut } from '../../test/runtimes/left-out.ts'
import { type RuntimeName, runtimeNames, runtimes } from '../../test/runtimes/runtimes.ts'
import type { Verdict } from './judge.ts'

const begin = '<!-- runtimes: begin -->\n'
const end = '<!-- runtimes: end -->'

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`

/** What is left out in a runtime, and why, in a few words. */
const leftOutOf = (name: RuntimeName, { differing }: Verdict): string => {
  const groups = filesLeftOut.filter(({ runtimes }) => runtimes.includes(name))
  const files = groups.map(({ why, files }) => `${files.length}: ${why}`)
  const number = groups.reduce((sum, { files }) => sum + files.length, 0)
  const tests = [...differing.values()].reduce((sum, one) => sum + one, 0)
  const parts = [
    number && `${number} of ${count(allFiles().length, 'file')} (${files.join('; ')})`,
    tests && `${count(tests, 'test')} ([what differs](docs/runtimes.md#${name.split(' ')[0]}))`,
  ]
  return parts.filter(Boolean).join('; ') || 'nothing'
}

/** A row of the table as a run saw it. */
export const rowOf = (name: RuntimeName, version: string, verdict: Verdict): string =>
  `| ${runtimes[name].title} | ${version} | ${verdict.passed.toLocaleString('en')} | ${leftOutOf(name, verdict)} |`

/** The page with these rows in its table; rows of other runtimes stay as they are. */
export const withRows = (page: string, rows: ReadonlyMap<RuntimeName, string>): string => {
  const [before, rest = ''] = page.split(begin)
  const [table = '', after] = rest.split(end)
  if (before === undefined || after === undefined) throw new Error(`there is no ${begin.trim()} … ${end}`)
  const old = table.split('\n')
  const all = runtimeNames.flatMap((name) => {
    return rows.get(name) ?? old.find((line) => line.startsWith(`| ${runtimes[name].title} |`)) ?? []
  })
  const head = ['| runtime | version | tests passed | left out |', '| --- | --- | --- | --- |']
  return `${before}${begin}${[...head, ...all].join('\n')}\n${end}${after}`
}
