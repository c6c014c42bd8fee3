import process from 'node:process'
import { masked, printable } from '../cli/printable.js'
import { paint } from './terminal.js'
import { wrapped } from './wrapped.js'

/** What is said of something, under a heading: a name and what it is. Others may have written it. */
export interface Section {
  readonly heading: string
  readonly rows: readonly (readonly [name: string, value: unknown])[]
}

const textOf = (value: unknown): string => {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const narrowest = 30

const widthOf = ({ columns = 80 }: { readonly columns?: number }): number => Math.max(Math.min(columns, 120), narrowest)

/** Sections, their values one below the other; what is undefined is left out, and so is a section without rows. */
export const report = (sections: readonly Section[]): string => {
  const shown = sections
    .map(({ heading, rows }) => ({ heading, rows: rows.filter(([, value]) => value !== undefined) }))
    .filter(({ rows }) => rows.length > 0)
  const longest = Math.max(...shown.flatMap(({ rows }) => rows.map(([name]) => masked(name).length)))
  const indent = Math.min(longest, narrowest) + 4
  const width = Math.max(widthOf(process.stdout) - indent, narrowest)
  const row = ([name, value]: Section['rows'][number]): string => {
    const lines = wrapped(masked(textOf(value)), width)
    const label = masked(name).padEnd(indent - 2)
    return `  ${paint('cyan', label)}${lines.join(`\n${' '.repeat(indent)}`)}`
  }
  return shown.map(({ heading, rows }) => [paint('bold', heading), ...rows.map(row)].join('\n')).join('\n\n')
}

const marks = { good: ['green', '✓'], odd: ['yellow', '!'], bad: ['red', '✗'] } as const

/** A judgement, with a mark that does not need its colour. */
export const judgement = (kind: keyof typeof marks, text: string): string => {
  const [colour, mark] = marks[kind]
  const lines = wrapped(printable(text), widthOf(process.stdout) - 2)
  return `${paint(colour, mark)} ${lines.join('\n  ')}`
}
