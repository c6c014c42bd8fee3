// The builds of tsup.config.ts run side by side, so none of them may empty dist.
import { rmSync } from 'node:fs'

rmSync('dist', { recursive: true, force: true })
