import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, it } from 'vitest'
import { anchorsOf, type Pages, pages, proseOf } from './markdown.js'

const link = /\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]: *(\S+)|\b(?:href|src)="([^"]+)"/gm

/** The relative links that lead nowhere, each as a sentence. */
const deadLinks = (all: Pages, exists: (path: string) => boolean): readonly string[] =>
  [...all].flatMap(([page, text]) =>
    [...proseOf(text).matchAll(link)].flatMap((match) => {
      const target = match[1] ?? match[2] ?? match[3] ?? ''
      if (/^[a-z]+:/.test(target)) return []
      const [path = '', anchor] = target.split('#')
      const file = path ? posix.join(posix.dirname(page), path) : page
      if (!all.has(file) && !exists(file)) return [`${page}: ${target}: there is no such file`]
      const known = all.get(file)
      return anchor && known !== undefined && !anchorsOf(known).has(anchor)
        ? [`${page}: ${target}: there is no such heading`]
        : []
    }),
  )

describe('the links of the documentation', () => {
  it('lead somewhere', () => {
    expect(deadLinks(pages(), existsSync)).toEqual([])
  })

  it('are found dead where they are', () => {
    const made = new Map([
      [
        'README.md',
        '# A `code` heading\n[a](docs/a.md) [b](docs/b.md) [c](#a-code-heading) [d](#nowhere)\n![e](e.png)',
      ],
      ['docs/a.md', '## Twice\n## Twice\n[a](../README.md#nowhere) [b](#twice-1) [c](https://example.com)\n[d]: c.md'],
      ['docs/d.md', '`[a](x.md)`\n```md\n[b](y.md)\n# Not a heading\n```\n[c](#not-a-heading)'],
    ])
    expect(deadLinks(made, () => false)).toEqual([
      'README.md: docs/b.md: there is no such file',
      'README.md: #nowhere: there is no such heading',
      'README.md: e.png: there is no such file',
      'docs/a.md: ../README.md#nowhere: there is no such heading',
      'docs/a.md: c.md: there is no such file',
      'docs/d.md: #not-a-heading: there is no such heading',
    ])
  })
})
