export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Whether the targets are reached, and what a reader must know. */
  readonly remarks: readonly string[]
}

const line = (cells: readonly string[], widths: readonly number[]): string =>
  `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`

/** As Markdown, so that it can be pasted into the docs as it is. */
export const print = ({ title, columns, rows, remarks }: Table): void => {
  const widths = columns.map((_, index) => Math.max(...[columns, ...rows].map((row) => row[index]?.length ?? 0)))
  console.log(`\n## ${title}\n`)
  console.log(line(columns, widths))
  console.log(
    line(
      widths.map((width) => '-'.repeat(width)),
      widths,
    ),
  )
  for (const row of rows) console.log(line(row, widths))
  if (remarks.length) console.log(`\n${remarks.map((remark) => `- ${remark}`).join('\n')}`)
}

/** Says whether a target is reached; a missed one is no failure of the run. */
export const target = (what: string, value: number, limit: number, digits = 2): string =>
  `${what}: ${value.toFixed(digits)}, target at most ${limit}: ${value <= limit ? 'reached' : 'MISSED'}`
