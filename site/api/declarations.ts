/** The declaration of a type as it is in the source, and those that it refers to and nobody can import. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

interface Declared {
  readonly text: string
  /** The names of types that stand in it. */
  readonly names: ReadonlySet<string>
}

const files = new Map<string, ReadonlyMap<string, Declared>>()

const namesIn = (node: ts.Node): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (child: ts.Node): void => {
    if (ts.isTypeReferenceNode(child) && ts.isIdentifier(child.typeName)) names.add(child.typeName.text)
    if (ts.isExpressionWithTypeArguments(child) && ts.isIdentifier(child.expression)) names.add(child.expression.text)
    if (ts.isTypeQueryNode(child) && ts.isIdentifier(child.exprName)) names.add(child.exprName.text)
    ts.forEachChild(child, visit)
  }
  visit(node)
  return names
}

/** What a file declares, without what it says of it, and without `export`, by name. */
const declaredIn = (file: string): ReadonlyMap<string, Declared> => {
  const known = files.get(file)
  if (known) return known
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true)
  const declared = new Map<string, Declared>()
  for (const statement of source.statements) {
    const [first] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : []
    const name =
      ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) ? statement.name : first?.name
    if (!name || !ts.isIdentifier(name) || declared.has(name.text)) continue
    declared.set(name.text, {
      text: statement.getText(source).replace(/^export (?:declare )?/, ''),
      names: namesIn(statement),
    })
  }
  files.set(file, declared)
  return declared
}

/**
 * A declaration, and below it those of the same file that it refers to and that are not `known` elsewhere.
 * @param file from the root of the repository.
 */
export const declarationText = (
  root: string,
  file: string,
  name: string,
  known: (name: string) => boolean,
): { readonly text: string; readonly names: ReadonlySet<string> } => {
  const declared = declaredIn(join(root, file))
  const shown = new Map<string, Declared>()
  const show = (wanted: string): void => {
    const found = declared.get(wanted)
    if (!found || shown.has(wanted)) return
    shown.set(wanted, found)
    for (const next of found.names) if (!known(next)) show(next)
  }
  show(name)
  if (shown.size === 0) throw new Error(`${file} declares no ${name}`)
  return {
    text: [...shown.values()].map(({ text }) => text).join('\n\n'),
    names: new Set([...shown.values()].flatMap(({ names }) => [...names])),
  }
}

/** The type of an interface's member as it is written. */
export const memberTypeSource = (root: string, file: string, owner: string, member: string): string | undefined => {
  const path = join(root, file)
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ESNext, true)
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement) || statement.name.text !== owner) continue
    for (const one of statement.members) {
      if (ts.isPropertySignature(one) && one.name.getText(source) === member) return one.type?.getText(source)
    }
  }
  return undefined
}
