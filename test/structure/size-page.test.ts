import { describe, expect, it } from 'vitest'
import { sizePage, stale, tableOf } from '../../scripts/docs/size/page.js'

const row = (file: string, gzip: number) => ({
  cells: [`\`${file}\``],
  gzip,
  brotli: 900,
  remarks: ['when it is needed'],
})
const page = (...rows: readonly ReturnType<typeof row>[]) =>
  sizePage('Before.\n<!-- measured: late -->\n<!-- until here -->\nAfter.\n', {
    late: tableOf([['file'], ['loads']], rows),
  })
const weighing = (gzip: number) => new Map([['late.js', { gzip, brotli: 900 }]])

describe('docs/size.md', () => {
  it('is made anew between its marks alone', () => {
    const made = page(row('late.js', 10_000))
    expect(made).toContain('| `late.js` | 10.00 | 0.90 | when it is needed |')
    expect(made).toMatch(/^Before\.\n[\s\S]*\nAfter\.\n$/)
    expect(sizePage(made, { late: 'nothing' })).not.toContain('late.js')
    expect(() => sizePage(made, { entries: '' })).toThrow('no place for entries')
  })

  it('is behind where a file weighs a fiftieth more or less than it says, or is not there', () => {
    expect(stale(page(row('late.js', 10_000)), 'late', weighing(10_150))).toEqual([])
    const changed = ['late.js weighs 10.30 kB (brotli 0.90), not 10 (0.9)']
    expect(stale(page(row('late.js', 10_000)), 'late', weighing(10_300))).toEqual(changed)
    expect(stale(page(), 'late', weighing(10_000))).toEqual(['late.js is not on the page'])
    const twice = page(row('late.js', 10_000), row('gone.js', 1000))
    expect(stale(twice, 'late', weighing(10_000))).toEqual(['gone.js is on the page, and there is none'])
  })
})
