/** A docstring as markdown. */
import type { Comment, CommentDisplayPart, CommentTag } from 'typedoc'
import { Reflection } from 'typedoc'
import type { Href } from './types.ts'

/** A text may speak of `<html>`, which is no element of the page. */
const plain = (text: string): string => text.replace(/</g, '&lt;').replace(/\{\{/g, '&#123;&#123;')

/** A page of the documentation by its path in the repository leads to it. */
const withPages = (text: string): string =>
  text.replace(/`?\bdocs\/([\w/-]+\.md)`?/g, (path, place) => `[${path}](/${place})`)

const partText = (part: CommentDisplayPart, href: Href): string => {
  switch (part.kind) {
    case 'text':
      return withPages(plain(part.text))
    case 'code':
      return withPages(part.text)
    case 'inline-tag': {
      const { target } = part
      if (typeof target === 'string') return `[${part.text}](${target})`
      const address = target instanceof Reflection ? href(target) : undefined
      if (!address) throw new Error(`{${part.tag} ${part.text}} leads nowhere`)
      return `[\`${part.text}\`](${address})`
    }
    default:
      throw new Error(`a docstring has a ${part.kind}, which the site does not know`)
  }
}

export const partsText = (parts: readonly CommentDisplayPart[], href: Href): string =>
  parts
    .map((part) => partText(part, href))
    .join('')
    .trim()

const known = ['@throws', '@returns', '@default', '@defaultValue', '@param']

/** A default that is a value and no sentence is code. */
const value = /^(?:'[^']*'|\d[\d_]*|true|false|[\w$]+(?:\.\w+)+|process\.\w+)$/

const tagText = ({ content }: CommentTag, href: Href): string =>
  partsText(content, href)
    .replace(/^```ts\n|\n```$/g, '')
    .trim()

export const defaultOf = (comment: Comment | undefined, href: Href): string | undefined => {
  const tag = comment?.getTag('@default') ?? comment?.getTag('@defaultValue')
  const text = tag && tagText(tag, href)
  return text && (value.test(text) ? `\`${text}\`` : text)
}

/** What a docstring says, with what is thrown and answered. */
export const commentText = (comment: Comment | undefined, href: Href): string => {
  if (!comment) return ''
  const strange = comment.blockTags.find(({ tag }) => !known.includes(tag))
  if (strange) throw new Error(`a docstring has ${strange.tag}, which the site does not know`)
  const paragraphs = [partsText(comment.summary, href)]
  for (const tag of comment.getTags('@returns')) paragraphs.push(`**Returns** ${tagText(tag, href)}`)
  for (const tag of comment.getTags('@throws')) {
    paragraphs.push(`**Throws** ${tagText(tag, href).replace(/^\{(\w+)\}/, '`$1`')}`)
  }
  const otherwise = defaultOf(comment, href)
  if (otherwise) paragraphs.push(`**Default** ${otherwise}`)
  return paragraphs.filter(Boolean).join('\n\n')
}
