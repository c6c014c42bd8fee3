import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entryPages, themes } from '../../site/api/themes.js'
import { wrongLinks } from '../../site/check/links.js'
import { sitePage } from '../../site/markdown.js'
import { arranged } from '../../site/order.js'
import { placesOf, sources } from '../../site/places.js'
import { entries } from './entries.js'

describe('the pages of the site', () => {
  it('are each in a group of site/order.ts, and have a place of their own', () => {
    const paths = sources('.')
    expect(
      arranged(paths)
        .flatMap(({ pages }) => pages)
        .toSorted(),
    ).toEqual(paths.toSorted())
    expect(new Set(placesOf(paths).values()).size).toBe(paths.length)
  })

  it('are missed where no group names them', () => {
    const some = [{ title: 'Some', open: true, pages: ['docs/b.md', 'docs/guides/*.md'] }]
    expect(() => arranged(['docs/a.md', 'docs/b.md', 'docs/guides/c.md'], some)).toThrow(/order\.ts: docs\/a\.md/)
  })

  it('lead to each other on the site, and to no file that it has not', () => {
    const places = placesOf(['README.md', 'docs/a.md', 'docs/guides/b.md', 'examples/c/README.md'])
    const text = [
      '[a](../a.md#x) [b](b.md) [top](../../README.md) [c](../../examples/c) [d](https://example.com) [e](#f)',
      '[`test`](../../test/a.test.ts) `[not](a.md)` <!-- given: declare const a: string -->',
      '```md',
      '[not](../a.md) <!-- kept -->',
      '```',
    ]
    expect(sitePage(text.join('\n'), 'docs/guides/b.md', places).split('\n')).toEqual([
      '[a](/a.md#x) [b](/guides/b.md) [top](/overview.md) [c](/examples/c.md) [d](https://example.com) [e](#f)',
      '`test` `[not](a.md)` ',
      '```md',
      '[not](../a.md) <!-- kept -->',
      '```',
    ])
  })
})

describe('the API on the site', () => {
  const [main, ...others] = entries.map(({ name }) => name)

  it('has a page for each entry', () => {
    expect(Object.keys(entryPages).toSorted()).toEqual(others.toSorted())
  })

  it('has every name that the package exports on one of its pages, by site/api/themes.ts', () => {
    const snapshot = readFileSync(`test/structure/api/${main}.snap.md`, 'utf8')
    const lists = [...snapshot.matchAll(/^(?:Values|Types): (.+)$/gm)].map(([, names = '']) => names)
    const exported = new Set([...lists.join().matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
    const told = themes.flatMap(({ names }) => names)
    expect(exported).toContain('createClient')
    expect(told.toSorted()).toEqual([...exported].toSorted())
  })
})

describe('the links of the built site', () => {
  it('are found wrong where they lead nowhere, and where a page fetches from elsewhere', () => {
    const pages = new Map([
      [
        'index.html',
        '<a href="/a/">a</a> <a href="./a/b.html#x">b</a> <a href="./a/b.html#y">y</a> <a href="c.html">c</a>',
      ],
      ['a/index.html', '<script src="https://example.com/x.js"></script><a href="https://example.com">d</a>'],
      ['a/b.html', '<h2 id="x">X</h2><a href="#x">x</a> <a href="../index.html">up</a> <img src="/logo.svg">'],
    ])
    expect(wrongLinks({ pages, files: new Set([...pages.keys(), 'logo.svg']) })).toEqual({
      count: 9,
      wrong: [
        'index.html: ./a/b.html#y: there is no such heading',
        'index.html: c.html: there is no such page',
        'a/index.html: script is fetched from https://example.com/x.js',
      ],
    })
  })
})
