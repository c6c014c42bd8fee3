/** The pages of the API, in markdown, of what typedoc has read. */
import { type DeclarationReflection, type Reflection, ReflectionKind, type SignatureReflection } from 'typedoc'
import { besideText, type Context, declaredText, main, originOf } from './beside.ts'
import { commentText, partsText } from './comments.ts'
import { memberTypeSource } from './declarations.ts'
import type { EntryReflections } from './reflections.ts'
import { type EntryPage, entryPages, type Theme, themes } from './themes.ts'
import { escaped, type Href, memberType, signatureHtml, typeHtml } from './types.ts'

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

const entryPlan = (entry: EntryReflections, { about, first = [] }: EntryPage): Plan => {
  const missing = first.find((name) => entry.own.every((symbol) => symbol.name !== name))
  if (missing) throw new Error(`site/api/themes.ts: ${entry.name} exports no ${missing}`)
  const rank = ({ name, kind }: DeclarationReflection): number =>
    first.includes(name) ? first.indexOf(name) - first.length : order.indexOf(kind)
  return {
    title: entry.name,
    place: entry.name.replace('/', '-'),
    about,
    entry,
    symbols: entry.own.toSorted((one, other) => rank(one) - rank(other)),
  }
}

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
    ...entries.filter(({ name }) => name !== main && !(name in entryPages)),
  ]
  if (forgotten.length > 0)
    throw new Error(`in no page of site/api/themes.ts: ${forgotten.map(({ name }) => name).join(', ')}`)
  return [...ofMain, ...Object.entries(entryPages).map(([name, page]) => entryPlan(entryOf(name), page))]
}

/** Of a function or a method: its signatures, each with what it says. */
const signaturesText = (signatures: readonly SignatureReflection[], prefix: string, href: Href): string =>
  signatures
    .map((signature) => {
      const head = `${prefix}${escaped(signature.name)}`
      const short = `${head}${signatureHtml(signature, href, { arrow: ': ' })}`
      const isLong = short.replace(/<[^>]+>|&#?\w+;/g, '').length > 72
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

/** Of those who have more members than this, all are said to be there, and none is named. */
const mostListed = 12

/** A type that fills lines is shown as it is written in the source. */
const longestType = 160

const memberTypeText = (owner: string, member: DeclarationReflection, { root, href }: Context): string => {
  const html = memberType(member, href)
  if (html.replace(/<[^>]+>/g, '').length <= longestType) return html
  const file = member.sources?.[0]?.fileName ?? ''
  return escaped(memberTypeSource(root, file, owner, member.name) ?? '') || html
}

const memberText = (owner: string, member: DeclarationReflection, context: Context): string => {
  const { href } = context
  const optional = member.flags.isOptional ? '?' : ''
  const name = `${member.name}${optional}${member.signatures ? '()' : ''}`
  const comment = member.comment ?? member.getSignature?.comment
  const told = member.signatures
    ? signaturesText(member.signatures, '', href)
    : [`<p class="type"><code>${memberTypeText(owner, member, context)}</code></p>`, commentText(comment, href)].join(
        '\n\n',
      )
  return `<div class="member">\n\n### \`${name}\` {#${anchorOf(owner, member)}}\n\n${told}\n\n</div>`
}

const interfaceText = (symbol: DeclarationReflection, context: Context): string => {
  const { href } = context
  // `never` keeps a member out, where another of the union has it.
  const members = (symbol.children ?? []).filter(({ type }) => type?.toString() !== 'undefined')
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
  const also = [...taken].map(([from, inherited]) => {
    const whole = inherited.length === (from as DeclarationReflection).children?.length && inherited.length > mostListed
    const links = inherited.map((member) => `[\`${member.name}\`](${href(member)})`).join(', ')
    return `And ${whole ? 'all ' : ''}of [\`${from.name}\`](${href(from)})${whole ? '' : `: ${links}`}.`
  })
  const called = symbol.signatures ? [signaturesText(symbol.signatures, '', href)] : []
  return [...called, ...own.map((member) => memberText(symbol.name, member, context)), ...indexed, ...also].join('\n\n')
}

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
      return [commentText(symbol.comment, href), interfaceText(symbol, context), besideText(symbol, context)]
        .filter(Boolean)
        .join('\n\n')
    case ReflectionKind.TypeAlias:
      return [commentText(symbol.comment, href), declaredText(symbol, context)].filter(Boolean).join('\n\n')
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
