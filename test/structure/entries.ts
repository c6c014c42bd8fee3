import { readFileSync } from 'node:fs'

/** An entry of the package: `bearward` or `bearward/NAME`, and its source below `src`. */
export interface Entry {
  readonly name: string
  readonly source: string
}

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>
}

const manifest: Manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

/** Every entry that package.json exports. */
export const entries: readonly Entry[] = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === 'string'
    ? []
    : [
        {
          name: manifest.name + path.slice(1),
          source: target.types.replace('./dist/', '').replace('.d.ts', '.ts'),
        },
      ],
)
