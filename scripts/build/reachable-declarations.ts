// node scripts/build/reachable-declarations.ts: leaves the declarations that an entry leads to; nobody can import the others.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { posix } from 'node:path'
import { referencesOf, resolve } from '../../test/structure/syntax.ts'

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries: readonly string[] = Object.values<{ readonly types?: string }>(exports).flatMap(
  ({ types }) => types ?? [],
)

const reached = new Set<string>()
const reach = (path: string): void => {
  if (reached.has(path)) return
  reached.add(path)
  for (const { specifier } of referencesOf(path, readFileSync(path, 'utf8'))) {
    if (specifier.startsWith('.')) reach(resolve(path, specifier, '.d.ts'))
  }
}

for (const entry of entries) reach(posix.normalize(entry))
for (const path of globSync('dist/**/*.d.ts')) if (!reached.has(path)) rmSync(path)
