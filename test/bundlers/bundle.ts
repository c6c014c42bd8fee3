import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

export type Target = 'browser' | 'node'

export interface Chunk {
  readonly file: string
  /** It is loaded with the entry. */
  readonly isFirst: boolean
  /** The files that are in it. */
  readonly modules: readonly string[]
  /** What it imports from outside of the bundle. */
  readonly imports: readonly string[]
}

export interface Bundle {
  /** Its entry, below the folder. */
  readonly entry: string
  /** All that the bundler complains of, errors too. */
  readonly warnings: readonly string[]
  readonly chunks: readonly Chunk[]
}

const program = (name: string): string => fileURLToPath(new URL(`with/${name}`, import.meta.url))

/** Without what the tests' own runner says of itself: bundlers warn less in what they take for a test. */
const { NODE_ENV: _, VITEST: __, ...env } = process.env

/** Runs a program of Node, and gives what it prints. */
const run = async (...argv: readonly string[]): Promise<string> => {
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const code = new Promise((closed) => child.on('close', closed))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if ((await code) !== 0 || stderr) throw new Error(`${stdout}${stderr}`)
  return stdout.trim()
}

/** Bundles an app with the settings that the bundler has by itself. What it prints on standard error counts as a failure. */
export const bundle = async (bundler: string, app: string, target: Target, folder: string): Promise<Bundle> => {
  await run(program('run.mjs'), bundler, app, target, folder)
  return JSON.parse(readFileSync(`${folder}.json`, 'utf8'))
}

/** Runs a bundle on Node: what its app answers. */
export const runOnNode = (file: string, given: object): Promise<string> =>
  run(program('in-node.mjs'), file, JSON.stringify(given))

/** The names of the files of this package that are in chunks. */
export const partsOf = (chunks: readonly Chunk[]): readonly string[] =>
  chunks
    .flatMap(({ modules }) => modules)
    .filter((module) => /[\\/]bearward[\\/]dist[\\/]/.test(module))
    .map((module) => basename(module))

/** What chunks weigh on the wire: gzip, each by itself. */
export const weightOf = (folder: string, chunks: readonly Chunk[]): number =>
  chunks.reduce((sum, { file }) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0)
