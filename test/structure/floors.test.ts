import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { breachesOf } from './floors.js'

const breaches = (files: Readonly<Record<string, string>>) => breachesOf(new Map(Object.entries(files)))

describe('the floors', () => {
  it('hold in src', () => {
    const paths = globSync('**/*.ts', { cwd: 'src' }).map((path) => path.replaceAll('\\', '/'))
    expect(paths).toContain('client.ts')
    expect(breachesOf(new Map(paths.map((path) => [path, readFileSync(`src/${path}`, 'utf8')])))).toEqual([])
  })
})

describe('a breach of the floors is seen', () => {
  it.each([
    ['core/token.ts', '../protocol/wire.js'],
    ['core/token.ts', '../client.js'],
    ['protocol/refresh.ts', '../tokens/renewing.js'],
    ['protocol/refresh.ts', '../providers/miwa.js'],
    ['tokens/renewing.ts', '../protocol/refresh.js'],
    ['stores/file.ts', '../tokens/renewing.js'],
    ['stores/file.ts', '../protocol/refresh.js'],
    ['providers/miwa.ts', '../protocol/refresh.js'],
    ['testing/token.ts', '../protocol/wire.js'],
    ['testing/token.ts', '../client.js'],
    ['fetch.ts', './protocol/door.js'],
  ])('%s imports %s', (path, specifier) => {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1).replace('.js', '.ts')
    const breach = [`${path} must not import ${target}`]
    expect(breaches({ [path]: `import { a } from '${specifier}'` })).toEqual(breach)
    expect(breaches({ [path]: `import type { A } from '${specifier}'` })).toEqual(breach)
    expect(breaches({ [path]: `export { a } from '${specifier}'` })).toEqual(breach)
    expect(breaches({ [path]: `export * from '${specifier}'` })).toEqual(breach)
    expect(breaches({ [path]: `const load = () => import('${specifier}')` })).toEqual(breach)
    expect(breaches({ [path]: `export type A = import('${specifier}').A` })).toEqual(breach)
  })

  it('but not where a floor stands on a lower one', () => {
    const files = {
      'protocol/refresh.ts': "import { a } from '../core/errors.js'; import { b } from './door.js'",
      'stores/file.ts': "import type { TokenStore } from '../tokens/store.js'",
      'testing/mock.ts': "import { miwa } from '../providers/index.js'",
      'client.ts': "import { a } from './protocol/door.js'; import { b } from './tokens/renewing.js'",
      'index.ts': "export { a } from './protocol/door.js'; export { b } from './tokens/renewing.js'",
    }
    expect(breaches(files)).toEqual([])
  })

  it('ky, zod or another package beyond its door', () => {
    expect(breaches({ 'protocol/door.ts': "import ky from 'ky'", 'protocol/wire.ts': "import 'zod/mini'" })).toEqual([])
    expect(breaches({ 'protocol/refresh.ts': "import ky from 'ky'" })).toEqual([
      'protocol/refresh.ts must not import the package ky',
    ])
    expect(breaches({ 'core/token.ts': "import { object } from 'zod/mini'" })).toEqual([
      'core/token.ts must not import the package zod/mini',
    ])
    expect(breaches({ 'client.ts': "import { decodeJwt } from 'jose'" })).toEqual([
      'client.ts must not import the package jose',
    ])
  })

  it('a module of Node', () => {
    expect(breaches({ 'testing/listen.ts': "import { createServer } from 'node:http'" })).toEqual([
      'testing/listen.ts must not import the package node:http',
    ])
  })

  it('ky behind the entry for pages, however far', () => {
    const files = {
      'authorize.ts': "export { a } from './protocol/a.js'",
      'protocol/a.ts': "export const a = () => import('./door.js')",
      'protocol/door.ts': "import ky from 'ky'",
    }
    expect(breaches(files)).toEqual(['authorize.ts reaches ky'])
    const typeOnly = { ...files, 'protocol/a.ts': "import type { Answer } from './door.js'" }
    expect(breaches(typeOnly)).toEqual([])
  })

  it('wiring outside of client.ts', () => {
    const wiring = "import { a } from './protocol/door.js'; import { b } from './tokens/renewing.js'"
    expect(breaches({ 'cli.ts': wiring })).toEqual(['cli.ts wires protocol and tokens: only client.ts does'])
  })

  it('a cycle, even of types', () => {
    const files = {
      'core/a.ts': "import { b } from './b.js'",
      'core/b.ts': "import type { C } from './c.js'",
      'core/c.ts': "export { a } from './a.js'",
    }
    expect(breaches(files)).toEqual(['a cycle: core/a.ts → core/b.ts → core/c.ts → core/a.ts'])
  })

  it.each(['core/utils.ts', 'protocol/helpers.ts', 'common/token.ts', 'core/util.ts'])('the name %s', (path) => {
    expect(breaches({ [path]: '' })).toEqual([`${path} has a name that says nothing`])
  })

  it('a file that is too long', () => {
    expect(breaches({ 'core/token.ts': `${'\n'.repeat(299)}//` })).toEqual([])
    expect(breaches({ 'core/token.ts': `${'\n'.repeat(300)}//` })).toEqual(['core/token.ts has 301 lines'])
  })

  it('an import that cannot be read', () => {
    expect(() => breaches({ 'client.ts': 'const load = (name: string) => import(name)' })).toThrow('cannot be read')
  })
})
