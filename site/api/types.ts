/** A type as HTML whose names lead to where they are told of. */
import type {
  DeclarationReflection,
  ParameterReflection,
  ReferenceType,
  Reflection,
  SignatureReflection,
  SomeType,
  Type,
} from 'typedoc'

/** Where a declaration is told of; `undefined` for one that is not of the public API. */
export type Href = (target: Reflection) => string | undefined

export const escaped = (text: string): string =>
  text.replace(/[&<>"{}]/g, (character) => `&#${character.charCodeAt(0)};`)

const named = (name: string, target: Reflection | undefined, href: Href): string => {
  const address = target && href(target)
  return address ? `<a href="${escaped(address)}">${escaped(name)}</a>` : escaped(name)
}

const isUnion = ({ type }: Type): boolean => ['union', 'intersection', 'conditional'].includes(type)
const isWide = (type: Type): boolean => isUnion(type) || type.type === 'typeOperator' || isFunction(type)
const isFunction = (type: Type): boolean =>
  type.type === 'reflection' &&
  Boolean((type as SomeType & { declaration: DeclarationReflection }).declaration.signatures)

const bracketed = (type: SomeType, needed: boolean, href: Href): string =>
  needed ? `(${typeHtml(type, href)})` : typeHtml(type, href)

const joined = (types: readonly SomeType[], separator: string, href: Href): string =>
  types.map((type) => bracketed(type, isFunction(type), href)).join(separator)

const parameterHtml = ({ name, flags, type, defaultValue }: ParameterReflection, href: Href): string => {
  const rest = flags.isRest ? '...' : ''
  // A parameter that is taken apart in its place has no name of its own.
  const shown = name === '__namedParameters' ? 'options' : name
  const optional = flags.isOptional || defaultValue !== undefined ? '?' : ''
  return `${rest}${escaped(shown)}${optional}: ${type ? typeHtml(type, href) : 'unknown'}`
}

/** The parameters and the answer: `(name: Type) => Answer`. */
export const signatureHtml = (
  { parameters = [], type, typeParameters = [] }: SignatureReflection,
  href: Href,
  { arrow = ' => ', lines = false }: { readonly arrow?: string; readonly lines?: boolean } = {},
): string => {
  const generic = typeParameters.map(({ name, type: of, default: otherwise }) =>
    [escaped(name), of && ` extends ${typeHtml(of, href)}`, otherwise && ` = ${typeHtml(otherwise, href)}`]
      .filter(Boolean)
      .join(''),
  )
  const given = parameters.map((parameter) => parameterHtml(parameter, href))
  const list = lines && given.length > 0 ? `\n  ${given.join(',\n  ')},\n` : given.join(', ')
  return `${generic.length > 0 ? `&lt;${generic.join(', ')}&gt;` : ''}(${list})${arrow}${type ? typeHtml(type, href) : 'void'}`
}

const objectHtml = (declaration: DeclarationReflection, href: Href): string => {
  const [signature] = declaration.signatures ?? []
  if (signature) return signatureHtml(signature, href)
  const indexed = (declaration.indexSignatures ?? []).map(
    ({ parameters = [], type }) =>
      `[${parameterHtml(parameters[0] as ParameterReflection, href)}]: ${type ? typeHtml(type, href) : ''}`,
  )
  const fields = (declaration.children ?? []).map((child) => memberHtml(child, href))
  return `&#123; ${[...fields, ...indexed].join('; ')} &#125;`
}

/** `name?: Type`, or `name(): Answer`. */
export const memberHtml = (member: DeclarationReflection, href: Href): string => {
  const [signature] = member.signatures ?? []
  const optional = member.flags.isOptional ? '?' : ''
  if (signature) return `${escaped(member.name)}${optional}${signatureHtml(signature, href, { arrow: ': ' })}`
  return `${escaped(member.name)}${optional}: ${memberType(member, href)}`
}

export const memberType = (member: DeclarationReflection, href: Href): string => {
  const type = member.type ?? member.getSignature?.type
  return type ? typeHtml(type, href) : 'unknown'
}

export const typeHtml = (type: SomeType, href: Href): string => {
  switch (type.type) {
    case 'reference': {
      const { typeArguments = [] } = type
      const name = named(type.name, type.reflection, href)
      return typeArguments.length > 0
        ? `${name}&lt;${typeArguments.map((of) => typeHtml(of, href)).join(', ')}&gt;`
        : name
    }
    case 'union':
      return joined(type.types, ' | ', href)
    case 'intersection':
      return type.types.map((of) => bracketed(of, isUnion(of) || isFunction(of), href)).join(' &amp; ')
    case 'array':
      return `${bracketed(type.elementType, isWide(type.elementType), href)}[]`
    case 'typeOperator':
      return `${type.operator} ${bracketed(type.target, isUnion(type.target), href)}`
    case 'tuple':
      return `[${type.elements.map((of) => typeHtml(of, href)).join(', ')}]`
    case 'optional':
      return `${typeHtml(type.elementType, href)}?`
    case 'rest':
      return `...${typeHtml(type.elementType, href)}`
    case 'indexedAccess':
      return `${bracketed(type.objectType, isWide(type.objectType), href)}[${typeHtml(type.indexType, href)}]`
    case 'reflection':
      return objectHtml(type.declaration, href)
    case 'literal':
      return escaped(typeof type.value === 'string' ? `'${type.value}'` : String(type.value))
    default:
      return escaped(type.toString())
  }
}

/** Calls `visit` with each name in a type. */
export const eachReference = (type: SomeType | undefined, visit: (reference: ReferenceType) => void): void =>
  type?.visit({
    reference: (reference) => {
      visit(reference)
      for (const argument of reference.typeArguments ?? []) eachReference(argument, visit)
    },
    union: ({ types }) => {
      for (const one of types) eachReference(one, visit)
    },
    intersection: ({ types }) => {
      for (const one of types) eachReference(one, visit)
    },
    array: ({ elementType }) => eachReference(elementType, visit),
    typeOperator: ({ target }) => eachReference(target, visit),
    indexedAccess: ({ objectType }) => eachReference(objectType, visit),
    reflection: ({ declaration }) => {
      for (const child of declaration.children ?? []) eachReference(child.type, visit)
      for (const { type: answer, parameters = [] } of declaration.signatures ?? []) {
        for (const one of [answer, ...parameters.map((parameter) => parameter.type)]) eachReference(one, visit)
      }
    },
  })
