/** Where a page of the repository is on the site. */
import { globSync } from 'node:fs'

/** The pages that people read, by their path in the repository. */
export const sources = (root: string): readonly string[] =>
  globSync(['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/**/*.md', 'examples/**/README.md'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  }).map((path) => path.replaceAll('\\', '/'))

/** The path of a page on the site: `guides/redis.md` of `docs/guides/redis.md`, `overview.md` of `README.md`. */
export const placeOf = (source: string): string => {
  if (source === 'README.md') return 'overview.md'
  const path = source.replace(/^docs\//, '')
  if (/^examples\/.+\/README\.md$/.test(path)) return path.replace('/README.md', '.md')
  return path.replace(/(^|\/)README\.md$/, '$1index.md').replace(/[A-Z]+\.md$/, (name) => name.toLowerCase())
}

/** Each source with its place. */
export const placesOf = (paths: readonly string[]): ReadonlyMap<string, string> => {
  const places = new Map<string, string>()
  const taken = new Map<string, string>()
  for (const path of paths) {
    const place = placeOf(path)
    const other = taken.get(place)
    if (other) throw new Error(`${path} and ${other} are both ${place}`)
    taken.set(place, path)
    places.set(path, place)
  }
  return places
}
