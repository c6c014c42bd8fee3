import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { unproven } from './unproven-rows.js'

it('docs/SECURITY.md names for each promise a test that is there', () => {
  const page = readFileSync('docs/SECURITY.md', 'utf8')
  expect(page.match(/^\| .*\.test\.ts\)/gm)?.length).toBeGreaterThan(10)
  expect(unproven(page, (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))).toEqual([])
})
