import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { pages } from './markdown.js'
import { complaintsOf, snippetsOf, writeSnippets } from './snippets.js'

const fence = '```'

describe('the code in the documentation', () => {
  const folder = 'reports/snippets'
  // Recipes are checked beside the libraries that they are for: test/recipes.
  const snippets = snippetsOf(new Map([...pages()].filter(([page]) => !page.startsWith('docs/recipes/'))))

  writeSnippets(folder, snippets)

  it('compiles', () => {
    expect(snippets.length ? complaintsOf(folder) : '').toBe('')
  })

  for (const { name, file } of snippets.filter(({ runs }) => runs)) {
    it(`runs: ${name}`, async () => {
      await import(/* @vite-ignore */ resolve(folder, file))
    })
  }

  for (const { name, file } of snippets.filter(({ tests }) => tests)) {
    // Its tests become tests of this one.
    describe(`tests: ${name}`, () => import(/* @vite-ignore */ resolve(folder, file)))
  }
})

describe('a snippet', () => {
  const folder = 'reports/made-snippets'
  const page = [
    `<!-- given: declare const secret: string -->`,
    `${fence}ts`,
    `import { createClient } from 'bearward'`,
    `const client = createClient({ server: { tokenEndpoint: 'https://as.test' }, clientId: 'a', clientSecret: secret })`,
    fence,
    `${fence}ts continued`,
    `await client.clientCredentials({ scope: 1 })`,
    fence,
    `${fence}js run`,
    `import { miwa } from 'bearward/providers'`,
    `if (!miwa.tokenEndpoint) throw new Error('not there')`,
    fence,
    `${fence}sh`,
    `npm ci`,
    fence,
  ].join('\n')
  const snippets = snippetsOf(new Map([['docs/a.md', page]]))

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is found with its place and its marks', () => {
    expect(snippets.map(({ name, file, runs }) => [name, file, runs])).toEqual([
      ['docs/a.md:3', 'docs-a-3.ts', false],
      ['docs/a.md:7', 'docs-a-7.ts', false],
      ['docs/a.md:10', 'docs-a-10.js', true],
    ])
  })

  it('that does not compile is told of, and only that', async () => {
    writeSnippets(folder, snippets)
    const complaints = complaintsOf(folder).trim().split('\n')
    expect(complaints).toEqual([expect.stringMatching(/docs-a-7\.ts.*'number' is not assignable/)])
    await import(/* @vite-ignore */ resolve(folder, 'docs-a-10.js'))
  })
})
