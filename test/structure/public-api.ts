import { type Node, nodesOf, parse, resolve, textOf } from './syntax.js'

interface Source {
  readonly path: string
  readonly name: string
}

/** What a declaration file says: under each name, its declarations and where it comes from. */
interface Module {
  readonly declarations: ReadonlyMap<string, readonly { readonly node: Node; readonly text: string }[]>
  readonly imported: ReadonlyMap<string, Source>
  readonly exported: ReadonlyMap<string, Source>
}

/** Gives the text of a declaration file. */
export type ReadDeclarations = (path: string) => string

const nameOf = (node: unknown): string => {
  const { type, ...fields } = node as Node
  return type === 'Literal' ? textOf(node) : `${fields['name']}`
}

const specifiersOf = (statement: Node): readonly Node[] => (statement['specifiers'] ?? []) as readonly Node[]

const declaredBy = (declaration: Node): readonly string[] =>
  declaration['declarations']
    ? (declaration['declarations'] as readonly Node[]).map(({ id }) => nameOf(id))
    : [nameOf(declaration['id'])]

const moduleOf = (path: string, text: string): Module => {
  const declarations = new Map<string, { node: Node; text: string }[]>()
  const imported = new Map<string, Source>()
  const exported = new Map<string, Source>()
  for (const statement of parse(path, text)) {
    const from = statement['source'] ? resolve(path, textOf(statement['source']), '.d.ts') : path
    const isOfPackage = statement['source'] && !textOf(statement['source']).startsWith('.')
    // What a package declares is its own business.
    for (const specifier of isOfPackage ? [] : specifiersOf(statement)) {
      if (statement.type === 'ImportDeclaration') {
        imported.set(nameOf(specifier['local']), { path: from, name: nameOf(specifier['imported']) })
      } else {
        exported.set(nameOf(specifier['exported']), { path: from, name: nameOf(specifier['local']) })
      }
    }
    if (statement.type === 'ExportAllDeclaration') throw new Error(`${path}: exports must be named`)
    const isExport = statement.type === 'ExportNamedDeclaration'
    const declaration = (isExport ? statement['declaration'] : statement) as Node | null
    if (!declaration || /^(Import|Export)/.test(declaration.type)) continue
    const itself = { node: declaration, text: text.slice(declaration.start, declaration.end) }
    for (const name of declaredBy(declaration)) {
      declarations.set(name, [...(declarations.get(name) ?? []), itself])
      if (isExport) exported.set(name, { path, name })
    }
  }
  return { declarations, imported, exported }
}

/** Where a name is declared, through however many modules hand it on. */
const origin = ({ path, name }: Source, modules: (path: string) => Module): Source => {
  const { declarations, imported, exported } = modules(path)
  const next = declarations.has(name) ? undefined : (imported.get(name) ?? exported.get(name))
  return next ? origin(next, modules) : { path, name }
}

/** The public API of an entry: what it exports, and every declaration that can be seen through that. */
export const publicApi = (entry: string, path: string, values: readonly string[], read: ReadDeclarations): string => {
  const cache = new Map<string, Module>()
  const modules = (file: string): Module => {
    const known = cache.get(file) ?? moduleOf(file, read(file))
    cache.set(file, known)
    return known
  }
  const texts = new Map<string, { readonly name: string; readonly text: string }>()
  const visit = (source: Source): void => {
    const found = origin(source, modules)
    const key = `${found.path} ${found.name}`
    const declared = modules(found.path).declarations.get(found.name)
    if (!declared || texts.has(key)) return
    texts.set(key, { name: found.name, text: declared.map(({ text }) => text).join('\n') })
    for (const node of declared.flatMap((one) => [...nodesOf(one.node)])) {
      if (node.type === 'Identifier') visit({ path: found.path, name: nameOf(node) })
    }
  }
  const exported = [...modules(path).exported]
  const keys = new Set(
    exported.map(([, source]) => {
      visit(source)
      const found = origin(source, modules)
      return `${found.path} ${found.name}`
    }),
  )
  const section = (title: string, wanted: boolean): string => {
    const chosen = [...texts].filter(([key]) => keys.has(key) === wanted).map(([, one]) => one)
    const sorted = chosen.toSorted((a, b) => (a.name < b.name ? -1 : 1))
    return sorted.length ? `\n## ${title}\n\n\`\`\`ts\n${sorted.map(({ text }) => text).join('\n\n')}\n\`\`\`\n` : ''
  }
  const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ') || 'nothing'
  const types = exported.map(([name]) => name).filter((name) => !values.includes(name))
  return (
    `# ${entry}\n\nValues: ${list(values.toSorted())}\n\nTypes: ${list(types.toSorted())}\n` +
    section('Exported', true) +
    section('Seen through these', false)
  )
}
