/**
 * The code blocks of the documentation are checked, so that what a reader copies works. How to write one:
 *
 * - a `ts` or `js` block is a module of its own and must compile against the package as it is;
 * - `ts continued` goes on where the block before it on the page ended;
 * - `<!-- given: declare const request: Request -->` in the line above gives what a reader has and the page need not show;
 * - `ts run` also runs (on loopback or `bearward/testing` alone) and must not throw;
 * - `ts test` is a file of tests, for vitest, and they must pass.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entries } from './entries.js'
import { blocksOf, type Pages } from './markdown.js'

export interface Snippet {
  /** Its page and line. */
  readonly name: string
  readonly file: string
  readonly code: string
  readonly runs: boolean
  readonly tests: boolean
}

const extensions: Readonly<Record<string, string>> = { ts: 'ts', typescript: 'ts', js: 'js', javascript: 'js' }

export const snippetsOf = (pages: Pages): readonly Snippet[] =>
  [...pages].flatMap(([page, text]) => {
    let before = ''
    return blocksOf(page, text).flatMap(({ line, language, marks, code, given }) => {
      const extension = extensions[language]
      if (!extension) return []
      before = `${marks.includes('continued') ? before : ''}${given}\n${code}`
      const file = `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${line}.${extension}`
      return [
        { name: `${page}:${line}`, file, code: before, runs: marks.includes('run'), tests: marks.includes('test') },
      ]
    })
  })

/** Writes the snippets into an empty folder, two levels below the root, where the compiler and vitest find all. */
export const writeSnippets = (folder: string, snippets: readonly Snippet[]): void => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const { file, code } of snippets) writeFileSync(join(folder, file), code)
  const config = {
    extends: '../../tsconfig.json',
    compilerOptions: {
      allowJs: true,
      checkJs: true,
      // Few readers have this one on, and process.env.NAME is how they write it.
      noPropertyAccessFromIndexSignature: false,
      paths: Object.fromEntries(entries.map(({ name, source }) => [name, [`../../src/${source}`]])),
    },
    include: ['*.ts', '*.js'],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
}

/** What the compiler says of the snippets in a folder: nothing, if all is well. */
export const complaintsOf = (folder: string): string => {
  const argv = ['-p', folder, '--pretty', 'false']
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/tsc', argv, { encoding: 'utf8' })
  return status === 0 ? '' : stdout + stderr || `tsc ended with ${status}`
}
