import type { Outcome } from './cell.js'
import type { Column } from './columns.js'
import { summaryOf } from './summary.js'
import type { Before, SentAgain } from './wire.js'

export interface Family {
  /** What its block of the page is called. */
  readonly name: string
  readonly columns: readonly Column[]
}

type Seen = readonly Outcome[]

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)]

const told = ({ word, requests, afterwards }: Outcome, usual: number): string => {
  const isMore = requests > usual
  const words: Readonly<Record<string, string>> = {
    good: isMore ? 'recovered' : 'works',
    stale: 'served stale',
    dead: 'useless',
  }
  const count = isMore && word !== 'stale' ? ` (${requests})` : ''
  return `${words[word] ?? word}${count}${afterwards && afterwards !== word ? `, then ${afterwards}` : ''}`
}

/** What is in a cell: first for a fault that hits once, then for one that stays. */
const cell = (of: Seen, usual: number): string => unique(of.map((outcome) => told(outcome, usual))).join(' → ')

const tableOf = ({ columns }: Family, seen: Seen): string => {
  const usual = (column: string) =>
    seen.find((outcome) => outcome.column === column && outcome.fault === 'none')?.requests ?? 1
  const inTable = seen.filter(({ column }) => columns.some(({ name }) => name === column))
  const cells = (row: string) =>
    columns.map(
      ({ name }) =>
        cell(
          inTable.filter((one) => one.column === name && one.row === row),
          usual(name),
        ) || ' ',
    )
  const byCells = new Map<string, string[]>()
  for (const row of unique(inTable.map((outcome) => outcome.row))) {
    const key = JSON.stringify(cells(row))
    byCells.set(key, [...(byCells.get(key) ?? []), row])
  }
  const rows = [...byCells].map(([key, names]) => [names.join('<br>'), ...(JSON.parse(key) as string[])])
  return table(['fault', ...columns.map(({ name }) => name)], rows)
}

const groupOf = (after: Before): string => {
  const status = Number(after.match(/\d{3}$/)?.[0])
  if (after.endsWith('200') || after.endsWith('429') || !status) return after
  return status < 400 ? 'a redirect' : status < 500 ? 'a refusal (4xx)' : 'a failure of the server (5xx)'
}

/** What works once and went out more often, and after what. */
const againOf = (families: readonly Family[], seen: Seen): string => {
  /** All of a family by its name, where all of it did. */
  const by = (names: readonly string[]): string => {
    const whole = families.filter(({ columns }) => columns.every(({ name }) => names.includes(name)))
    const inWhole = whole.flatMap(({ columns }) => columns.map(({ name }) => name))
    return [...names.filter((name) => !inWhole.includes(name)), ...whole.map(({ name }) => `all ${name}`)].join('; ')
  }
  const all = seen.flatMap(({ column, sentAgain }) => sentAgain.map(({ what, after }) => ({ column, what, after })))
  const nameOf = ({ what, after }: SentAgain) => `${what} | ${groupOf(after)}`
  const rows = [...unique(all.map(nameOf))].sort().map((name) => {
    const same = all.filter((one) => nameOf(one) === name)
    return [name, by(unique(same.map(({ column }) => column))), `${same.length}`]
  })
  return table(['what', 'after', 'by', 'times'], rows)
}

const countOf = (seen: Seen): string => {
  const count = (values: readonly string[]) => unique(values).length
  return `The run met ${count(seen.map(({ fault }) => fault))} faults in ${count(seen.map(({ row }) => row))} kinds with ${count(seen.map(({ column }) => column))} calls, \
${seen.length} times in all: each hit one request, and where another one followed it every request.`
}

/** The page with its blocks made anew; what stands between them is left as it is. */
export const faultsPage = (page: string, families: readonly Family[], seen: Seen): string => {
  const [head = [], ...kinds] = summaryOf(seen)
  const blocks: Readonly<Record<string, string>> = {
    ...Object.fromEntries(families.map((family) => [family.name, tableOf(family, seen)])),
    'sent again': againOf(families, seen),
    count: countOf(seen),
    summary: table(head, kinds),
  }
  return page.replace(
    /(<!-- made of the run: ([\w ]+) -->\n)[\s\S]*?(<!-- as far as here -->)/g,
    (_, start: string, name: string, end: string) => `${start}\n${blocks[name] ?? `There is no ${name}.`}\n\n${end}`,
  )
}
