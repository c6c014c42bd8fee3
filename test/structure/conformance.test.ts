import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unproven } from './unproven-rows.js'

describe('docs/conformance.md', () => {
  const page = readFileSync('docs/conformance.md', 'utf8')

  it('names for each requirement a test that is there', () => {
    expect(page.match(/^\| [\d§]/gm)?.length).toBeGreaterThan(40)
    expect(unproven(page, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))).toEqual([])
  })

  it('is found wrong where it is', () => {
    const made = [
      '| § | | what | test |',
      '| 1 | MUST | a | [a](../test/a.test.ts): is there |',
      '| 2 | MUST | b | [a](../test/a.test.ts): is not there |',
      '| 3 | SHOULD | c | [b](../test/b.test.ts): is there |',
      '| 4 | MUST | d | |',
      '| 5 | MUST | e | left to the user: nobody else can |',
    ].join('\n')
    const read = (path: string) => (path === 'test/a.test.ts' ? "it('is there', () => {" : undefined)
    expect(unproven(made, read)).toEqual([
      '2: ../test/a.test.ts has no test «is not there»',
      '3: [b](../test/b.test.ts): is there names no file of tests',
      '4:  names no file of tests',
    ])
  })
})
