// Makes the blocks of docs/providers.md anew, from the presets and from what was read of their services.
import { readFileSync, writeFileSync } from 'node:fs'
import { providersPage } from './providers-page.ts'

const path = new URL('../../docs/providers.md', import.meta.url)
writeFileSync(path, providersPage(readFileSync(path, 'utf8')))
