import { readFileSync } from 'node:fs'

/** A mutant as a run has judged it. */
export interface Judged {
  /** From the root of the repository. */
  readonly file: string
  readonly status: string
  readonly mutator: string
  readonly line: number
  /** What the source says there. */
  readonly original: string
  readonly replacement: string
}

interface Explained {
  readonly because: string
  /** By the file: what survives, each as often as it is there. */
  readonly mutants: Readonly<Record<string, readonly string[]>>
}

const explanationsFile = new URL('explained.json', import.meta.url)

const longest = 90

const short = (code: string): string => {
  const line = code.replace(/\s+/g, ' ')
  return line.length > longest ? `${line.slice(0, longest - 25)} … ${line.slice(-20)}` : line
}

/** What has the same key, together. */
export const grouped = <Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> => {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

/** What a mutant is known by, wherever in its file it is. */
export const changeOf = ({ mutator, original, replacement }: Judged): string =>
  `${mutator}: ${short(original)} → ${short(replacement)}`

export interface Reasons {
  /** Why they survive, with those of the run: file and change. */
  readonly explained: readonly { readonly because: string; readonly survivors: readonly Judged[] }[]
  readonly unexplained: readonly Judged[]
  /** Explanations of what was killed, or is not there any more: file and change. */
  readonly stale: readonly string[]
}

/** Finds the reason of each survivor; `ran` are the files that the run has judged. */
export const reasonsOf = (survivors: readonly Judged[], ran: ReadonlySet<string>): Reasons => {
  const left = grouped(survivors, (survivor) => `${survivor.file}: ${changeOf(survivor)}`)
  const stale: string[] = []
  const explanations = JSON.parse(readFileSync(explanationsFile, 'utf8')) as Explained[]
  const explained = explanations.map(({ because, mutants }) => ({
    because,
    survivors: Object.entries(mutants).flatMap(([file, changes]) =>
      changes.flatMap((change) => {
        const survivor = left.get(`${file}: ${change}`)?.shift()
        if (!survivor && ran.has(file)) stale.push(`${file}: ${change}`)
        return survivor ?? []
      }),
    ),
  }))
  return { explained, unexplained: [...left.values()].flat(), stale }
}
