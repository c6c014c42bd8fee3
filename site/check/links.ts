/** The links of the built pages: each must lead to a page and an anchor that are there, and none may fetch from elsewhere. */
import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export interface BuiltPages {
  /** HTML by path: `guides/redis.html`. */
  readonly pages: ReadonlyMap<string, string>
  /** Every file. */
  readonly files: ReadonlySet<string>
}

export const builtPages = (folder: string): BuiltPages => {
  const files = globSync('**/*.*', { cwd: folder }).map((path) => path.replaceAll('\\', '/'))
  const pages = files.filter((path) => path.endsWith('.html'))
  return {
    files: new Set(files),
    pages: new Map(pages.map((path) => [path, readFileSync(join(folder, path), 'utf8')])),
  }
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&lt;': '<',
  '&gt;': '>',
  '&#39;': "'",
}

const unescaped = (text: string): string =>
  text.replace(/&(?:amp|quot|lt|gt|#39);/g, (entity) => entities[entity] ?? entity)

const idsOf = (html: string): ReadonlySet<string> =>
  new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => unescaped(id)))

/** What a page asks for by itself, and where it lets its readers go. */
const addressesOf = (html: string): readonly { readonly tag: string; readonly address: string }[] =>
  [...html.matchAll(/<(a|link|script|img|source|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].map(
    ([, tag = '', address = '']) => ({
      tag,
      address: unescaped(address),
    }),
  )

/** What is wrong with the links, each as a sentence, and how many were looked at. */
export const wrongLinks = ({
  pages,
  files,
}: BuiltPages): { readonly wrong: readonly string[]; readonly count: number } => {
  const ids = new Map([...pages].map(([path, html]) => [path, idsOf(html)]))
  const wrong: string[] = []
  let count = 0
  for (const [page, html] of pages) {
    for (const { tag, address } of addressesOf(html)) {
      count++
      if (/^(?:[a-z]+:|\/\/)/i.test(address)) {
        if (tag !== 'a') wrong.push(`${page}: ${tag} is fetched from ${address}`)
        continue
      }
      const [path = '', anchor = ''] = address.split('#')
      const below = path.startsWith('/') ? path.slice(1) : path && posix.join(posix.dirname(page), path)
      const target = path ? below.replace(/(^|\/)$/, '$1index.html') : page
      if (!files.has(target)) wrong.push(`${page}: ${address}: there is no such page`)
      else if (anchor && !ids.get(target)?.has(decodeURIComponent(anchor)))
        wrong.push(`${page}: ${address}: there is no such heading`)
    }
  }
  return { wrong, count }
}
