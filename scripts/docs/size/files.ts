import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** Bytes on the wire, each file by itself. */
export interface Weight {
  readonly gzip: number
  readonly brotli: number
}

/** A file as it is published. */
export interface PublishedFile extends Weight {
  readonly file: string
  /** Where it comes from: the rooms of `src`, and the packages that are bundled. Empty where no source map tells. */
  readonly inside: readonly string[]
}

export const weightOf = (text: Uint8Array): Weight => ({
  gzip: gzipSync(text, { level: 9 }).length,
  brotli: brotliCompressSync(text).length,
})

export const sumOf = (weights: readonly Weight[]): Weight => ({
  gzip: weights.reduce((sum, { gzip }) => sum + gzip, 0),
  brotli: weights.reduce((sum, { brotli }) => sum + brotli, 0),
})

const roomOf = (source: string): string =>
  source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1] ?? source.match(/\/src\/([^/.]+)/)?.[1] ?? basename(source)

const insideOf = (path: string): readonly string[] => {
  const map = `${path}.map`
  if (!existsSync(map)) return []
  const { sources }: { readonly sources: readonly string[] } = JSON.parse(readFileSync(map, 'utf8'))
  const files = sources.filter((source) => !source.startsWith('left-out:'))
  return [...new Set(files.map(roomOf))].sort()
}

/** What the build has made of some files. */
export const published = (files: readonly string[]): readonly PublishedFile[] =>
  files.map((file) => {
    const path = join('dist', file)
    return { file, ...weightOf(readFileSync(path)), inside: insideOf(path) }
  })
