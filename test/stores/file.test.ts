import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { fileStore } from '../../src/stores/file.js'
import { storeContract } from '../../src/testing/index.js'

describe('the file store', () => {
  const store = fileStore({ directory: join(mkdtempSync(join(tmpdir(), 'bearward-')), 'tokens') })
  for (const { name, run } of storeContract) it(name, () => run(store))
})
