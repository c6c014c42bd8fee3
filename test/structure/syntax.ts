import { parseSync } from 'oxc-parser'

/** A node of the syntax tree (ESTree with TypeScript). */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value

/** A node and all below it. */
export function* nodesOf(value: unknown): Generator<Node> {
  if (isNode(value)) yield value
  if (typeof value === 'object' && value !== null) {
    for (const child of Object.values(value)) yield* nodesOf(child)
  }
}

export const parse = (path: string, source: string): readonly Node[] => {
  const { program, errors } = parseSync(path, source, { lang: 'ts', sourceType: 'module' })
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`)
  return program.body as unknown as readonly Node[]
}

export const textOf = (node: unknown): string => `${(node as { value?: unknown }).value}`

/** How a module refers to another: with what follows from it at run time. */
export interface Reference {
  readonly specifier: string
  readonly kind: 'import' | 're-export'
  /** Erased by the compiler. */
  readonly typeOnly: boolean
}

/** The files that import a module which a user names, as written and as built. */
const open: readonly string[] = ['command/mock/config-file.ts', 'dist/bin.js']

/** Every import of a module: static, dynamic, re-exported, and inside a type. */
export const referencesOf = (path: string, source: string): readonly Reference[] =>
  [...nodesOf(parse(path, source))].flatMap((node): readonly Reference[] => {
    const from = node['source']
    if (!isNode(from)) return []
    if (from.type !== 'Literal' && open.includes(path)) return []
    if (from.type !== 'Literal')
      throw new Error(`${path}: an import that cannot be read: ${source.slice(node.start, node.end)}`)
    const kind = node.type.startsWith('Export') ? 're-export' : 'import'
    const typeOnly = node.type === 'TSImportType' || [node['importKind'], node['exportKind']].includes('type')
    return [{ specifier: textOf(from), kind, typeOnly }]
  })

/** The file that a relative specifier means, as the compiler finds it: `.js` is written, `.ts` is there. */
export const resolve = (from: string, specifier: string, extension: '.ts' | '.d.ts' = '.ts'): string =>
  new URL(specifier, `file:///${from}`).pathname.slice(1).replace(/\.js$/, extension)
