/**
 * The pages in the order in which they are offered. A page is named by its path in the repository, or a whole folder by a
 * pattern, in the order of its file names; a page that no group names is an error, so that none is forgotten.
 */
import { posix } from 'node:path'

export interface Group {
  readonly title: string
  /** Open from the start; the others when one of their pages is read. */
  readonly open: boolean
  readonly pages: readonly string[]
}

export const groups: readonly Group[] = [
  {
    title: 'Start',
    open: true,
    pages: ['README.md', 'docs/guides/service.md', 'docs/guides/web-app.md', 'docs/guides/single-page-app.md'],
  },
  {
    title: 'Guides',
    open: true,
    pages: [
      'docs/guides/fetch.md',
      'docs/guides/discovery.md',
      'docs/guides/device.md',
      'docs/guides/native.md',
      'docs/guides/step-up.md',
      'docs/guides/token-exchange.md',
      'docs/guides/dpop.md',
      'docs/guides/mcp.md',
      'docs/guides/opentelemetry.md',
      'docs/guides/bearward-command.md',
    ],
  },
  {
    title: 'Sharing',
    open: true,
    pages: [
      'docs/concurrency.md',
      'docs/guides/redis.md',
      'docs/guides/postgres.md',
      'docs/guides/command-line.md',
      'docs/guides/encryption.md',
    ],
  },
  {
    title: 'Testing',
    open: true,
    pages: ['docs/guides/testing.md', 'docs/guides/mock-server.md', 'docs/interop.md'],
  },
  { title: 'Recipes', open: false, pages: ['docs/recipes/README.md', 'docs/recipes/*.md'] },
  { title: 'Examples', open: false, pages: ['examples/README.md', 'examples/*/README.md'] },
  {
    title: 'Reference',
    open: true,
    pages: [
      'docs/errors.md',
      'docs/faults.md',
      'docs/providers.md',
      'docs/conformance.md',
      'docs/SECURITY.md',
      'docs/runtimes.md',
      'docs/size.md',
      'docs/benchmarks.md',
    ],
  },
  { title: 'Migration', open: false, pages: ['docs/migration/README.md', 'docs/migration/*.md'] },
  {
    title: 'Decisions',
    open: false,
    pages: ['docs/decisions/README.md', 'docs/decisions/*.md'],
  },
  {
    title: 'Project',
    open: false,
    pages: ['docs/CONTRIBUTING.md', 'docs/journey.md', 'docs/mutation*.md', 'docs/nightly.md', 'CHANGELOG.md'],
  },
]

/** The paths of each group, each path in the first group that names it. */
export const arranged = (
  paths: readonly string[],
  into: readonly Group[] = groups,
): readonly (Group & { readonly pages: readonly string[] })[] => {
  const left = new Set(paths)
  const take = (pattern: string): string[] => {
    const taken = [...left].filter((path) => posix.matchesGlob(path, pattern)).sort()
    for (const path of taken) left.delete(path)
    return taken
  }
  const filled = into.map((group) => ({ ...group, pages: group.pages.flatMap(take) }))
  if (left.size > 0) throw new Error(`in no group of site/order.ts: ${[...left].join(', ')}`)
  return filled.filter(({ pages }) => pages.length > 0)
}
