import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries } from './entries.js'
import { publicApi } from './public-api.js'

describe('the public API', () => {
  let folder = ''

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'declarations-'))
    // For the packages that are the user's own.
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
    for (const config of ['tsconfig.build.json', 'tsconfig.build-node.json']) {
      const argv = ['-p', config, '--outDir', folder, '--removeComments']
      execFileSync('node_modules/.bin/tsc', argv, { stdio: ['ignore', 'inherit', 'inherit'] })
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  // A change here is a change for everyone who uses the package: read the difference, then accept it with `-u`.
  it.each(entries)('of $name is the one that was agreed on', async ({ name, source }) => {
    const values = Object.keys(await import(/* @vite-ignore */ resolve('src', source)))
    const read = (path: string) => readFileSync(join(folder, path), 'utf8')
    const api = publicApi(name, source.replace('.ts', '.d.ts'), values, read)
    await expect(api).toMatchFileSnapshot(`api/${name.replace('/', '-')}.snap.md`)
  })

  it('is understood by a program that knows neither Node nor the newest libraries', () => {
    // vitest's own declarations want both.
    const plain = entries.filter(({ name }) => name !== 'bearward/vitest')
    const given = plain.map(({ source }) => source.replace('.ts', '.d.ts'))
    const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--exactOptionalPropertyTypes', '--types', '']
    const old = ['--target', 'es2022', '--lib', 'es2022,dom', '--module', 'nodenext']
    const options = { cwd: folder, stdio: 'pipe', encoding: 'utf8' } as const
    expect(() => execFileSync(resolve('node_modules/.bin/tsc'), [...strict, ...old, ...given], options)).not.toThrow()
  })
})

describe('the description of a public API', () => {
  const files: Readonly<Record<string, string>> = {
    'index.d.ts': "export { type A, make as create } from './a.js'\nexport interface Own { readonly a: string }",
    'a.d.ts':
      "import type { B } from './b.js'\nexport interface A { b: B }\nexport declare const make: () => A\ntype Hidden = 1",
    'b.d.ts': 'interface C { readonly deep: true }\nexport type B = C | undefined\nexport interface Unseen { x: 1 }',
  }
  const api = publicApi('entry', 'index.d.ts', ['create'], (path) => files[path] ?? '')

  it('names what is exported', () => {
    expect(api).toContain('Values: `create`\n')
    expect(api).toContain('Types: `A`, `Own`\n')
  })

  it('holds each declaration that can be seen, and no other', () => {
    const exported = ['interface A { b: B }', 'interface Own { readonly a: string }', 'declare const make: () => A']
    expect(api).toContain(`## Exported\n\n\`\`\`ts\n${exported.join('\n\n')}\n`)
    const behind = ['type B = C | undefined', 'interface C { readonly deep: true }']
    expect(api).toContain(`## Seen through these\n\n\`\`\`ts\n${behind.join('\n\n')}\n`)
    expect(api).not.toMatch(/Unseen|Hidden/)
  })
})
