import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { bundleMember } from './family.js'
import { runs } from './runs.js'

describe('eight processes that share a session over files', () => {
  const directory = mkdtempSync(join(tmpdir(), 'bearward-'))
  beforeAll(bundleMember)
  afterAll(() => rmSync(directory, { recursive: true }))

  runs(it, () => ({ place: { kind: 'file', directory } }), { clock: false, restarts: false })
})
