import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { sumOf, type Weight, weightOf } from './files.ts'

export interface Job {
  /** The folder of its programs. */
  readonly name: string
  readonly platform: 'browser' | 'node'
  /** The late files that ours loads for it. */
  readonly loads: readonly string[]
  /** What a library does not do of it, or does besides. */
  readonly notes: Readonly<Record<string, string>>
}

/** What a library weighs for a job. */
export interface Contender extends Weight {
  readonly library: string
  readonly note: string
}

const packages: Readonly<Record<string, string>> = { 'badgateway-oauth2-client': '@badgateway/oauth2-client' }

const versionOf = (library: string): string => {
  const manifest = library === 'bearward' ? 'package.json' : `node_modules/${library}/package.json`
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}

/** The settings are the same for all. */
const bundle = async (program: string, platform: Job['platform'], splitting: boolean) => {
  const { metafile, outputFiles, warnings } = await build({
    entryPoints: [program],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform,
    splitting,
    outdir: 'out',
    write: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  if (warnings.length) throw new Error(`${program}: ${warnings[0]?.text}`)
  const outputs = Object.entries(metafile.outputs)
  return outputs.map(([path, output]) => {
    const text = outputFiles.find((file) => file.path.endsWith(`/${path}`))?.contents ?? new Uint8Array()
    return { path, output, weight: weightOf(text) }
  })
}

type Chunk = Awaited<ReturnType<typeof bundle>>[number]

/** A chunk, and what it imports statically. */
const withImports = (chunk: Chunk | undefined, chunks: readonly Chunk[], found = new Set<Chunk>()): Set<Chunk> => {
  if (!chunk || found.has(chunk)) return found
  found.add(chunk)
  for (const { path, kind } of chunk.output.imports) {
    if (kind === 'import-statement') {
      withImports(
        chunks.find((one) => one.path === path),
        chunks,
        found,
      )
    }
  }
  return found
}

const entryOf = (file: string, chunks: readonly Chunk[]): Chunk => {
  const entry = chunks.find(({ output }) => output.entryPoint?.endsWith(file))
  if (!entry) throw new Error(`there is no ${file} among the chunks`)
  return entry
}

const weightsOf = (chunks: Iterable<Chunk>): Weight => sumOf([...chunks].map(({ weight }) => weight))

/** What every library weighs for a job, ours twice: what is loaded for it, and all that could be, in one file. */
export const contendersOf = async ({ name, platform, loads, notes }: Job): Promise<readonly Contender[]> => {
  const folder = fileURLToPath(new URL(name, import.meta.url))
  const contenders: Contender[] = []
  for (const file of readdirSync(folder)) {
    const program = basename(file, '.mjs')
    const library = packages[program] ?? program
    const chunks = await bundle(join(folder, file), platform, true)
    const late = library === 'bearward' ? loads.map((one) => `dist/${one}`) : []
    const loaded = [file, ...late].flatMap((one) => [...withImports(entryOf(one, chunks), chunks)])
    const note = notes[library] ?? ''
    const titled = library === 'bearward' ? '**bearward**' : `${library} ${versionOf(library)}`
    contenders.push({
      library: titled,
      ...weightsOf(new Set(loaded)),
      note: library === 'bearward' ? 'what is loaded' : note,
    })
    if (library === 'bearward' && loads.length) {
      const whole = weightsOf(await bundle(join(folder, file), platform, false))
      contenders.push({ library: titled, ...whole, note: 'in one file, with all that could be loaded' })
    }
  }
  return contenders.sort((a, b) => a.gzip - b.gzip)
}
