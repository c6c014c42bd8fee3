import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'

const reference = /\[[^\]]+\]\(([^)]+\.ts)\): (.+)/

/** The rows of the tables that name no test, or one that is not there: each as a sentence. */
const unproven = (page: string, read: (path: string) => string | undefined): readonly string[] =>
  page.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    const [, section = ''] = cells
    const tests = cells.at(-2) ?? ''
    if (cells.length < 4 || /^(§|what .*|-+)$/.test(section)) return []
    // What is left to the user, or not done, says why.
    if (/^(left to|not done)/.test(tests)) return []
    return tests.split('<br>').flatMap((test) => {
      const [, path = '', name = ''] = test.match(reference) ?? []
      const source = read(posix.join('docs', path))
      if (source === undefined) return [`${section}: ${test} names no file of tests`]
      return source.replaceAll('\\', '').includes(name.replaceAll('\\', ''))
        ? []
        : [`${section}: ${path} has no test «${name}»`]
    })
  })

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
