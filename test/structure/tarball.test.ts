import { describe, expect, it } from 'vitest'
import { gripesOf } from '../../scripts/package/gripes.ts'

const manifest = {
  name: 'bearward',
  peerDependencies: { jose: '^6' },
  peerDependenciesMeta: { jose: { optional: true } },
}
const map = (...sources: readonly string[]) => JSON.stringify({ sources })
const whole = {
  'package.json': JSON.stringify(manifest),
  LICENSE: 'MIT',
  'README.md': '# bearward',
  'dist/THIRD-PARTY-LICENCES.txt': 'ky, zod',
  'dist/index.js': "import 'node:fs'; import 'jose'; await import('./requests.js')",
  'dist/index.js.map': map('../src/index.ts'),
  'dist/index.d.ts': "export type { Token } from './core/token.js'",
  'dist/core/token.d.ts': 'export interface Token {}',
  'dist/requests.js': '',
  'dist/requests.js.map': map('../node_modules/ky/index.js', '../node_modules/zod/mini.js', '../src/protocol/door.ts'),
}

const gripes = (changed: Readonly<Record<string, string>>, ...missing: readonly string[]) =>
  gripesOf(new Map(Object.entries({ ...whole, ...changed }).filter(([path]) => !missing.includes(path))))

describe('the tarball', () => {
  it('is taken when it needs nothing', () => {
    expect(gripes({})).toEqual([])
  })

  it.each<[string, Record<string, string>, string]>([
    [
      'depends on a package',
      { 'package.json': JSON.stringify({ ...manifest, dependencies: { ky: '2' } }) },
      'it depends on ky',
    ],
    [
      'wants a peer',
      { 'package.json': JSON.stringify({ ...manifest, peerDependenciesMeta: {} }) },
      'the peer jose is not optional',
    ],
    [
      'imports a package',
      { 'dist/requests.js': "import 'zod/mini'" },
      'dist/requests.js imports zod/mini, which is no optional peer',
    ],
    [
      'declares by a package',
      { 'dist/core/token.d.ts': "export type Token = import('zod').Z" },
      'dist/core/token.d.ts imports zod, which is no optional peer',
    ],
    [
      'bundles one more',
      { 'dist/index.js.map': map('../node_modules/@scope/deep/index.js') },
      'dist/index.js has bundled @scope/deep, and should have nothing',
    ],
    [
      'bundles one less',
      { 'dist/requests.js.map': map() },
      'dist/requests.js has bundled nothing, and should have ky,zod',
    ],
  ])('is refused when it %s', (_, changed, told) => {
    expect(gripes(changed)).toContain(told)
  })

  it('is refused when a file is missing', () => {
    expect(gripes({}, 'dist/core/token.d.ts')).toEqual([
      'dist/index.d.ts imports ./core/token.js, which is not in the tarball',
    ])
    expect(gripes({}, 'dist/index.js.map')).toEqual(['dist/index.js has no source map'])
    expect(gripes({}, 'LICENSE')).toEqual(['LICENSE is missing'])
  })
})
