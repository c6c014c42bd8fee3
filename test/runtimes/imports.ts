import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface Imports {
  /** The file itself, and those of the tests and scripts that it imports, and so on; not of the source. */
  readonly files: ReadonlySet<string>
  /** The modules that any of them imports by name. */
  readonly modules: ReadonlySet<string>
}

const specifiers = /^(?:import (?!type )|export )[^;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm

/** What a file of tests needs, as its imports say. */
export const importsOf = (file: string): Imports => {
  const files = new Set([file])
  const modules = new Set<string>()
  for (const path of files) {
    for (const [, ...found] of readFileSync(path, 'utf8').matchAll(specifiers)) {
      const specifier = found.find(Boolean) ?? ''
      const target = join(dirname(path), specifier.replace(/\.js$/, '.ts'))
      if (!specifier.startsWith('.')) modules.add(specifier)
      else if (/^(test|scripts)\//.test(target) && existsSync(target)) files.add(target)
    }
  }
  return { files, modules }
}
