import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { differences } from '../runtimes/differences/index.js'
import { importsOf } from '../runtimes/imports.js'
import { filesLeftOut } from '../runtimes/left-out.js'
import { runtimeNames, runtimes } from '../runtimes/runtimes.js'

describe('what is left out in a runtime', () => {
  it.each(filesLeftOut)('$why: each file is there, and imports what it needs', ({ needs, files }) => {
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => !needs.some((module) => importsOf(file).modules.has(module)))).toEqual([])
  })

  it('is named once for each runtime', () => {
    for (const name of runtimeNames) {
      const groups = filesLeftOut.filter((group) => group.runtimes.includes(name))
      const files = groups.flatMap((group) => group.files)
      expect(files.filter((file, at) => files.indexOf(file) !== at)).toEqual([])
      const differing = (differences[name] ?? []).map(({ file }) => file)
      expect(differing.filter((file) => files.includes(file) || !existsSync(file))).toEqual([])
    }
  })
})

describe('the table of the README', () => {
  const [, table = ''] = readFileSync('README.md', 'utf8').split(/<!-- runtimes: (?:begin|end) -->/)
  const rows = [...table.matchAll(/^\| (.+?) \| ([\d.]+) \| ([\d,]+) \|/gm)].map(([, ...cells]) => cells)

  it('has every runtime, in the version that is installed, and a number of tests', () => {
    expect(rows.map(([title]) => title)).toEqual(Object.values(runtimes).map(({ title }) => title))
    for (const [title, version, passed] of rows) {
      const pinned = Object.values(runtimes).find((runtime) => runtime.title === title)?.version
      expect(version).toBe(pinned ?? version)
      expect(Number(passed?.replaceAll(',', ''))).toBeGreaterThan(500)
    }
  })
})
