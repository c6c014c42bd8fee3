import { posix } from 'node:path'

const reference = /\[[^\]]+\]\(([^)]+\.ts)\): (.+)/

/** The rows of the tables that name no test, or one that is not there: each as a sentence. */
export const unproven = (page: string, read: (path: string) => string | undefined): readonly string[] =>
  page.split('\n').flatMap((line) => {
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    const [, section = ''] = cells
    const tests = cells.at(-2) ?? ''
    if (cells.length < 4 || /^(§|client|what .*|-+)$/.test(section)) return []
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
