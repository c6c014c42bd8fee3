/** Markup that goes into a page as it is. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

export type Part = string | number | false | undefined | Html | readonly Part[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const markupOf = (part: Part): string => {
  if (part instanceof Html) return part.markup
  if (typeof part === 'object') return part.map(markupOf).join('')
  return part === undefined || part === false ? '' : `${part}`.replace(/[&<>"']/g, (sign) => `${entities[sign]}`)
}

/** Markup made of text: whatever is put into it is escaped, unless it is markup itself. Attributes need their quotes. */
export const html = ({ raw }: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(raw.map((text, index) => text + markupOf(parts[index])).join(''))
