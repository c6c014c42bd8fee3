/** Makes a page of the site of a page of the repository: what is written for GitHub is the one source of both. */
import { posix } from 'node:path'

const fenced = /^( *)(`{3,})[^\n]*\n[\s\S]*?^\1\2 *$/gm

/** Applies a change to what is not in a code block. */
const inProse = (text: string, change: (prose: string) => string): string => {
  let from = 0
  let changed = ''
  for (const match of text.matchAll(fenced)) {
    changed += change(text.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return changed + change(text.slice(from))
}

/** Code is matched first where it stands first, so that brackets in it are no link. */
const linkOrCode = /(`+)[^`][\s\S]*?\1|\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g

/**
 * The address that a link of `source` has on the site: that of a page, or the same where it leads elsewhere;
 * `undefined` for a file that is no page, which the site has not.
 */
const addressOf = (target: string, source: string, places: ReadonlyMap<string, string>): string | undefined => {
  if (/^[a-z]+:|^#/.test(target)) return target
  const [path = '', anchor] = target.split('#')
  const file = posix.join(posix.dirname(source), path).replace(/\/$/, '')
  const place = places.get(file) ?? places.get(`${file}/README.md`)
  return place && `/${place}${anchor ? `#${anchor}` : ''}`
}

export const sitePage = (text: string, source: string, places: ReadonlyMap<string, string>): string =>
  inProse(text, (prose) =>
    // What a snippet takes as given, and what is made by a run, is said to those who edit the page.
    prose.replace(/^<!--[\s\S]*?-->\n|<!--[\s\S]*?-->/gm, '').replace(linkOrCode, (whole, _ticks, words, target) => {
      if (target === undefined) return whole
      const address = addressOf(target, source, places)
      return address ? `[${words}](${address})` : words
    }),
  )

/** The words of the first heading of a page. */
export const titleOf = (text: string, source: string): string => {
  const heading = /^# +(.+)$/m.exec(text)?.[1]
  if (!heading) throw new Error(`${source} has no heading`)
  return heading.replace(/`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
}
