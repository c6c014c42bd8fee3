import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileStore } from '../../src/stores/file.js'

describe('the file store', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'leaves nothing behind of what a full disk did not let it make',
    async ({ skip }) => {
      const directory = mkdtempSync(join(tmpdir(), 'inodes-'))
      try {
        // The root, "new-…" and one mark of two.
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'nr_inodes=3', 'none', directory])
      } catch {
        rmSync(directory, { recursive: true })
        skip('no file system can be mounted here')
      }
      try {
        const failure = await fileStore({ directory })
          .set('k', 'a', undefined)
          .catch((error) => error)
        expect(failure.code).toBe('ENOSPC')
        expect(readdirSync(directory)).toEqual([])
      } finally {
        execFileSync('umount', [directory])
        rmSync(directory, { recursive: true })
      }
    },
  )
})
