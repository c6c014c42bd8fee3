import { type Html, html, type Part } from './html.js'

export interface Column {
  readonly name: string
  /** It is never broken into lines. @default false */
  readonly short?: boolean
}

/**
 * A table that a narrow screen shows as a list. Its roles are said, because what is no longer laid out as a table is none to
 * some. The first cell names its row.
 */
export const table = (caption: Part, columns: readonly Column[], rows: readonly (readonly Part[])[]): Html => {
  const cellOf = (part: Part, index: number): Html => {
    // One box for all that is in it, beside the name of its column.
    const content = part !== undefined && part !== false && part !== '' && html`<div>${part}</div>`
    const { name = '', short = false } = columns[index] ?? {}
    const style = short && html` class="short"`
    return index === 0
      ? html`<th scope="row" role="rowheader"${style}>${part}</th>`
      : html`<td role="cell" data-label="${name}"${style}>${content}</td>`
  }
  return html`<table role="table">
<caption class="quiet">${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(({ name }) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => html`<tr role="row">${cells.map(cellOf)}</tr>`)}</tbody>
</table>`
}

/** How many of a long list are shown, and which. */
export const counted = (shown: number, all: number, what: string): string =>
  shown < all ? `The last ${shown} of ${all} ${what}, newest first` : `${all} ${what}, newest first`
