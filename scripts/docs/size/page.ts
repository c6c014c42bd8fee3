import type { Weight } from './files.ts'

const block = (name: string): RegExp => new RegExp(`(<!-- measured: ${name} -->\n)[\\s\\S]*?(<!-- until here -->)`)

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** In kB of a thousand bytes. */
export const shown = (bytes: number): string => (bytes / 1000).toFixed(2)

/** A row of a table: what it is of, what that weighs, and what is to be said of it. */
export interface Row extends Weight {
  readonly cells: readonly string[]
  readonly remarks: readonly string[]
}

export const tableOf = (head: readonly [readonly string[], readonly string[]], rows: readonly Row[]): string =>
  table(
    [...head[0], 'gzip', 'brotli', ...head[1]],
    rows.map(({ cells, gzip, brotli, remarks }) => [...cells, shown(gzip), shown(brotli), ...remarks]),
  )

/** The page with other tables. What is between them stays. */
export const sizePage = (page: string, tables: Readonly<Record<string, string>>): string =>
  Object.entries(tables).reduce((text, [name, made]) => {
    if (!block(name).test(text)) throw new Error(`the page has no place for ${name}`)
    return text.replace(block(name), (_, start, end) => `${start}\n${made}\n\n${end}`)
  }, page)

/** Less than this is no news: else each line of code would change the page. */
const isNear = (told: number, measured: number): boolean => Math.abs(told - measured) <= Math.max(0.02 * measured, 0.1)

/** What is wrong in a table of the page about files that weigh something else by now, each as a sentence. */
export const stale = (page: string, name: string, weights: ReadonlyMap<string, Weight>): readonly string[] => {
  const rows = [...(page.match(block(name))?.[0] ?? '').matchAll(/`([\w-]+\.js)`.*?\| ([\d.]+) \| ([\d.]+) \|/g)]
  const told = new Map(
    rows.map(([, file, gzip, brotli]) => [`${file}`, { gzip: Number(gzip), brotli: Number(brotli) }]),
  )
  const missing = [...weights.keys()].filter((file) => !told.has(file)).map((file) => `${file} is not on the page`)
  const wrong = [...told].flatMap(([file, { gzip, brotli }]) => {
    const now = weights.get(file)
    if (!now) return [`${file} is on the page, and there is none`]
    const isTrue = isNear(gzip, now.gzip / 1000) && isNear(brotli, now.brotli / 1000)
    return isTrue ? [] : [`${file} weighs ${shown(now.gzip)} kB (brotli ${shown(now.brotli)}), not ${gzip} (${brotli})`]
  })
  return [...missing, ...wrong]
}
