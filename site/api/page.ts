/** The pages of the API, in markdown, of what typedoc has read. */
import {
  DeclarationReflection,
  type Reflection,
  ReflectionKind,
  type SignatureReflection,
  type SomeType,
} from 'typedoc'
import { commentText, partsText } from './comments.ts'
import { declarationText } from './declarations.ts'
import type { EntryReflections } from './reflections.ts'
import { aboutEntries, type Theme, themes } from './themes.ts'
import { eachReference, escaped, type Href, memberType, signatureHtml, typeHtml } from './types.ts'

export interface ApiPage {
  /** Below `api`, without an ending. */
  readonly place: string
  readonly title: string
  readonly text: string
}

/** One page before it is written: what it is about, and what it tells of. */
interface Plan {
  readonly place: string
  readonly title: string
  readonly about: string
  readonly entry: EntryReflections
  readonly symbols: readonly DeclarationReflection[]
}

const main = 'bearward'

const themePlan = (entry: EntryReflections, theme: Theme): Plan => ({
  ...theme,
  entry,
  symbols: theme.names.flatMap((name) => {
    const found = entry.own.filter((symbol) => symbol.name === name)
    if (found.length === 0) throw new Error(`site/api/themes.ts: ${main} exports no ${name}`)
    return found
  }),
})

const order = [ReflectionKind.Function, ReflectionKind.Variable, ReflectionKind.Interface, ReflectionKind.TypeAlias]

const entryPlan = (entry: EntryReflections, about: string): Plan => ({
  title: entry.name,
  place: entry.name.replace('/', '-'),
  about,
  entry,
  symbols: entry.own.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind)),
})

const plansOf = (entries: readonly EntryReflections[]): readonly Plan[] => {
  const entryOf = (name: string): EntryReflections => {
    const entry = entries.find((one) => one.name === name)
    if (!entry) throw new Error(`site/api/themes.ts: there is no ${name}`)
    return entry
  }
  const ofMain = themes.map((theme) => themePlan(entryOf(main), theme))
  const told = new Set(ofMain.flatMap(({ symbols }) => symbols))
  const forgotten = [
    ...entryOf(main).own.filter((symbol) => !told.has(symbol)),
    ...entries.filter(({ name }) => name !== main && !(name in aboutEntries)),
  ]
  if (forgotten.length > 0)
    throw new Error(`in no page of site/api/themes.ts: ${forgotten.map(({ name }) => name).join(', ')}`)
  return [...ofMain, ...Object.entries(aboutEntries).map(([name, about]) => entryPlan(entryOf(name), about))]
}

/** Of a function or a method: its signatures, each with what it says. */
const signaturesText = (signatures: readonly SignatureReflection[], prefix: string, href: Href): string =>
  signatures
    .map((signature) => {
      const head = `${prefix}${escaped(signature.name)}`
      const short = `${head}${signatureHtml(signature, href, { arrow: ': ' })}`
      const isLong = short.replace(/<[^>]+>|&#?\w+;/g, '').length > 76
      const shown = isLong ? `${head}${signatureHtml(signature, href, { arrow: ': ', lines: true })}` : short
      return [box(shown), commentText(signature.comment, href), parametersText(signature, href)]
        .filter(Boolean)
        .join('\n\n')
    })
    .join('\n\n')

const parametersText = ({ parameters = [] }: SignatureReflection, href: Href): string =>
  parameters
    .filter(({ comment }) => comment?.hasVisibleComponent())
    .map(({ name, comment }) => `- \`${name}\`: ${partsText(comment?.summary ?? [], href)}`)
    .join('\n')

const box = (html: string): string => `<pre class="signature" tabindex="0"><code>${html}</code></pre>`

const anchorOf = (owner: string, { name }: Reflection): string => `${owner}.${name.replace(/[^\w$.]/g, '-')}`

const memberText = (owner: string, member: DeclarationReflection, href: Href): string => {
  const optional = member.flags.isOptional ? '?' : ''
  const name = `${member.name}${optional}${member.signatures ? '()' : ''}`
  const comment = member.comment ?? member.getSignature?.comment
  const told = member.signatures
    ? signaturesText(member.signatures, '', href)
    : [`<p class="type"><code>${memberType(member, href)}</code></p>`, commentText(comment, href)].join('\n\n')
  return `<div class="member">\n\n### \`${name}\` {#${anchorOf(owner, member)}}\n\n${told}\n\n</div>`
}

/** The member that one is inherited from and that is told of, where there is one. */
const originOf = (member: DeclarationReflection, href: Href): DeclarationReflection | undefined => {
  const from = member.inheritedFrom?.reflection
  if (!(from instanceof DeclarationReflection) || !from.parent || !href(from.parent)) return undefined
  return originOf(from, href) ?? from
}

const interfaceText = (symbol: DeclarationReflection, href: Href): string => {
  const members = symbol.children ?? []
  const own = members.filter((member) => !originOf(member, href))
  const taken = Map.groupBy(
    members.flatMap((member) => originOf(member, href) ?? []),
    ({ parent }) => parent as Reflection,
  )
  const indexed = (symbol.indexSignatures ?? []).map(({ parameters, type, comment }) => {
    const [key] = parameters ?? []
    const name = `[${escaped(key?.name ?? '')}: ${key?.type ? typeHtml(key.type, href) : ''}]`
    return [`<p class="type"><code>${name}: ${type ? typeHtml(type, href) : ''}</code></p>`, commentText(comment, href)]
      .filter(Boolean)
      .join('\n\n')
  })
  const also = [...taken].map(
    ([from, inherited]) =>
      `And of [\`${from.name}\`](${href(from)}): ${inherited.map((member) => `[\`${member.name}\`](${href(member)})`).join(', ')}.`,
  )
  const called = symbol.signatures ? [signaturesText(symbol.signatures, '', href)] : []
  return [...called, ...own.map((member) => memberText(symbol.name, member, href)), ...indexed, ...also].join('\n\n')
}

interface Context {
  readonly root: string
  readonly href: Href
  /** Where a name is told of. */
  readonly addressOf: (name: string) => string | undefined
}

const declared = (symbol: DeclarationReflection, { root, addressOf }: Context): string => {
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
const besideText = (symbol: DeclarationReflection, context: Context): string =>
  [...unexported(symbol, context)]
    .map(([name, file]) => {
      const { text } = declarationText(context.root, file, name, (of) => context.addressOf(of) !== undefined)
      return `Where \`${name}\` is\n\n\`\`\`ts\n${text}\n\`\`\``
    })
    .join('\n\n')

const symbolText = (symbol: DeclarationReflection, context: Context): string => {
  const { href } = context
  switch (symbol.kind) {
    case ReflectionKind.Function:
      return [signaturesText(symbol.signatures ?? [], 'function ', href), besideText(symbol, context)]
        .filter(Boolean)
        .join('\n\n')
    case ReflectionKind.Variable:
      return [
        box(`const ${escaped(symbol.name)}: ${memberType(symbol, href)}`),
        commentText(symbol.comment, href),
        besideText(symbol, context),
      ]
        .filter(Boolean)
        .join('\n\n')
    case ReflectionKind.Interface:
      return [commentText(symbol.comment, href), interfaceText(symbol, href), besideText(symbol, context)]
        .filter(Boolean)
        .join('\n\n')
    case ReflectionKind.TypeAlias:
      return [commentText(symbol.comment, href), declared(symbol, context)].filter(Boolean).join('\n\n')
    default:
      throw new Error(`the site does not know how to tell of ${symbol.name}`)
  }
}

const headingOf = (symbol: DeclarationReflection): string =>
  `## ${symbol.name}${symbol.kind === ReflectionKind.Function ? '()' : ''} {#${symbol.name}}`

const pageText = (plan: Plan, context: Context): string => {
  const isMain = plan.entry.name === main
  const shown = new Set<string>()
  const symbols = plan.symbols.map((symbol) => {
    const heading = shown.has(symbol.name) ? '' : `${headingOf(symbol)}\n\n`
    shown.add(symbol.name)
    return `${heading}${symbolText(symbol, context)}`
  })
  const passed = plan.entry.passedOn.map(({ name }) => {
    const address = context.addressOf(name)
    return address ? `[\`${name}\`](${address})` : `\`${name}\``
  })
  return [
    '---\noutline: 2\n---',
    `# ${isMain ? plan.title : `\`${plan.title}\``}`,
    plan.about,
    isMain ? '' : importText(plan),
    ...symbols,
    !isMain && passed.length > 0 ? `## Also exported\n\nThe same as in \`${main}\`: ${passed.join(', ')}.` : '',
  ]
    .filter(Boolean)
    .join('\n\n')
}

const importText = ({ title, symbols }: Plan): string => {
  const names = symbols.filter(({ kind }) => kind === ReflectionKind.Function || kind === ReflectionKind.Variable)
  const list = names.map(({ name }) => name)
  const line = list.length === 0 ? `import '${title}'` : `import { ${list.join(', ')} } from '${title}'`
  const lines = line.length > 80 ? `import {\n  ${list.join(',\n  ')},\n} from '${title}'` : line
  return `\`\`\`ts\n${lines}\n\`\`\``
}

const indexText = (plans: readonly Plan[], href: Href): string => {
  const listed = ({ title, place, about, symbols, entry }: Plan): string => {
    const names = [...new Map(symbols.map((symbol) => [symbol.name, symbol])).values()]
    const links = names.map((symbol) => `[\`${symbol.name}\`](${href(symbol)})`).join(' ')
    const name = entry.name === main ? title : `\`${title}\``
    return `### [${name}](./${place}.html)\n\n${about}\n\n<div class="names">\n\n${links}\n\n</div>`
  }
  const ofMain = plans.filter(({ entry }) => entry.name === main)
  const others = plans.filter(({ entry }) => entry.name !== main)
  return [
    '---\noutline: [2, 3]\n---',
    '# API',
    'All that the package exports, from its docstrings. Durations are seconds where an RFC counts seconds, and milliseconds in names that end in `Ms`; moments are epoch milliseconds.',
    `## \`${main}\``,
    ...ofMain.map(listed),
    '## Entries of their own',
    ...others.map(listed),
  ].join('\n\n')
}

export const apiPages = (root: string, entries: readonly EntryReflections[]): readonly ApiPage[] => {
  const plans = plansOf(entries)
  const places = new Map<Reflection, string>()
  const byName = new Map<string, string>()
  for (const { place, symbols } of plans) {
    for (const symbol of symbols) {
      const address = `./${place}.html#${symbol.name}`
      places.set(symbol, address)
      byName.set(symbol.name, address)
      for (const member of symbol.children ?? []) {
        places.set(member, `./${place}.html#${anchorOf(symbol.name, member)}`)
      }
    }
  }
  const href: Href = (target) => places.get(target)
  const context: Context = { root, href, addressOf: (name) => byName.get(name) }
  return [
    { place: 'index', title: 'All names', text: indexText(plans, href) },
    ...plans.map((plan) => ({ place: plan.place, title: plan.title, text: pageText(plan, context) })),
  ]
}
