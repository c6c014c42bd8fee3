import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** The codes of the tables, which come before the chapters on delivery and retries. */
const tabled = (markdown: string) =>
  [...(markdown.split('## Was it processed?')[0] ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)

/** The codes of the interface that lists them. */
const declared = (source: string) => {
  const [, body = ''] = source.match(/interface OAuthErrorFields \{\n(.*?)\n\}/s) ?? []
  return [...body.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code)
}

describe('docs/errors.md', () => {
  it('tells cause and remedy of every code, and of no other', () => {
    const codes = declared(read('src/core/errors.ts'))
    expect(codes).toContain('invalid_argument')
    expect(tabled(read('docs/errors.md')).sort()).toEqual(codes.sort())
  })
})
