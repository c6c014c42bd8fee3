/** What stands beside a name: its declaration, those that nobody can import, and where a member comes from. */
import { DeclarationReflection, type SignatureReflection, type SomeType } from 'typedoc'
import { declarationText } from './declarations.ts'
import { eachReference, type Href } from './types.ts'

export const main = 'bearward'

export interface Context {
  readonly root: string
  readonly href: Href
  /** Where a name is told of. */
  readonly addressOf: (name: string) => string | undefined
}

/** A type as it is written, and where the names in it are told of. */
export const declaredText = (symbol: DeclarationReflection, { root, addressOf }: Context): string => {
  const file = symbol.sources?.[0]?.fileName ?? ''
  const { text, names } = declarationText(root, file, symbol.name, (name) => addressOf(name) !== undefined)
  const links = [...names]
    .filter((name) => name !== symbol.name)
    .flatMap((name) => {
      const address = addressOf(name)
      return address ? [`[\`${name}\`](${address})`] : []
    })
  return [`\`\`\`ts\n${text}\n\`\`\``, links.length > 0 ? `See ${links.join(', ')}.` : ''].filter(Boolean).join('\n\n')
}

/** The names in a reflection's types that nobody can import, with the file that declares each. */
const unexported = (symbol: DeclarationReflection, { href }: Context): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const visit = (type: SomeType | undefined): void =>
    eachReference(type, (reference) => {
      const { symbolId, reflection, name } = reference
      const isOurs = symbolId?.packageName === main && symbolId.packagePath.startsWith('src/')
      if (isOurs && !reference.refersToTypeParameter && !(reflection && href(reflection)))
        found.set(name, symbolId.packagePath)
    })
  const signatures = (of: DeclarationReflection): readonly SignatureReflection[] => of.signatures ?? []
  const own = (symbol.children ?? []).filter((member) => !originOf(member, href))
  for (const of of [symbol, ...own]) {
    visit(of.type)
    for (const { type, parameters = [] } of signatures(of))
      for (const one of [type, ...parameters.map((p) => p.type)]) visit(one)
  }
  return found
}

/** What cannot be imported is told of where it is used. */
export const besideText = (symbol: DeclarationReflection, context: Context): string =>
  [...unexported(symbol, context)]
    .map(([name, file]) => {
      const { text } = declarationText(context.root, file, name, (of) => context.addressOf(of) !== undefined)
      return `Where \`${name}\` is\n\n\`\`\`ts\n${text}\n\`\`\``
    })
    .join('\n\n')

/** The member that one is inherited from and that is told of, where there is one. */
export const originOf = (member: DeclarationReflection, href: Href): DeclarationReflection | undefined => {
  const from = member.inheritedFrom?.reflection
  if (!(from instanceof DeclarationReflection) || !from.parent || !href(from.parent)) return undefined
  return originOf(from, href) ?? from
}
