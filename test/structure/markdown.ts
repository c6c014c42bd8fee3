import { globSync, readFileSync } from 'node:fs'

/** Text by path, from the root of the repository. */
export type Pages = ReadonlyMap<string, string>

/** What people read: the pages at the root, all below `docs`, and what each example says of itself. */
export const pages = (): Pages =>
  new Map(
    globSync(['*.md', 'docs/**/*.md', 'examples/*.md', 'examples/*/*.md']).map((path) => [
      path.replaceAll('\\', '/'),
      readFileSync(path, 'utf8'),
    ]),
  )

export interface Block {
  readonly page: string
  /** Of its first line of code, counted from 1. */
  readonly line: number
  readonly language: string
  readonly marks: readonly string[]
  readonly code: string
  /** What a comment just above it, `<!-- given: … -->`, takes as given. */
  readonly given: string
}

const fenced = /^(?:<!-- given: ((?:(?!-->)[\s\S])*) -->\s*)?(`{3,})(\S+)?([^`\n]*)\n([\s\S]*?)^\2$/gm

export const blocksOf = (page: string, text: string): readonly Block[] =>
  [...text.matchAll(fenced)].map((match) => {
    const [whole, given = '', , language = '', marks = '', code = ''] = match
    const before = text.slice(0, match.index + whole.lastIndexOf(code))
    return { page, line: before.split('\n').length, language, marks: marks.split(' ').filter(Boolean), code, given }
  })

/** Without what is shown as code, in which a bracket is no link. */
export const proseOf = (text: string): string => text.replace(fenced, '').replace(/`[^`\n]*`/g, '``')

/** The anchors of a page as GitHub makes them from its headings, and those it sets itself. */
export const anchorsOf = (text: string): ReadonlySet<string> => {
  const anchors = new Set([...text.matchAll(/\bid="([^"]+)"/g)].map(([, id = '']) => id))
  for (const [, heading = ''] of text.replace(fenced, '').matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{N}\p{M} _-]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`
    anchors.add(anchor)
  }
  return anchors
}
