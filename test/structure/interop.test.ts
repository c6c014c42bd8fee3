import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unproven } from './unproven-rows.js'

describe('docs/interop.md', () => {
  const page = readFileSync('docs/interop.md', 'utf8')

  it('names for each thing that a client does a test that is there', () => {
    expect(page.match(/^\| [^-]/gm)?.length).toBeGreaterThan(25)
    expect(unproven(page, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))).toEqual([])
  })

  it('names the versions of the clients that the tests run with', () => {
    const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const named = [...page.matchAll(/^\| ([@\w/-]+)[^|]* \| (\d+\.\d+\.\d+) \|/gm)].map(([, name, version]) => [
      name,
      version,
    ])
    expect(named.length).toBe(6)
    expect(named).toEqual(named.map(([name]) => [name, devDependencies[`${name}`]]))
  })
})
