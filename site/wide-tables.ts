import type { MarkdownRenderer } from 'vitepress'

/** A column with more letters than this in a cell is to be read as text: it gets room for it. */
const mostLetters = 36

interface Cell {
  readonly letters: number
  mark(): void
}

/** A table that is wider than the page scrolls in a box of its own, by the keyboard too. */
export const wideTables = (md: MarkdownRenderer): void => {
  md.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n'
  md.renderer.rules['table_close'] = () => '</table></div>\n'
  md.core.ruler.push('long-columns', ({ tokens }) => {
    let columns: Cell[][] = []
    let column = 0
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'table_open') columns = []
      else if (token.type === 'tr_open') column = 0
      else if (token.type === 'td_open' || token.type === 'th_open') {
        // A corner with nothing in it heads nothing.
        const close = tokens[index + 2]
        if (token.type === 'th_open' && tokens[index + 1]?.content === '' && close) token.tag = close.tag = 'td'
        const letters = (tokens[index + 1]?.children ?? []).reduce((sum, { content }) => sum + content.length, 0)
        const cells = columns[column] ?? []
        columns[column++] = [...cells, { letters, mark: () => token.attrJoin('class', 'long') }]
      } else if (token.type === 'table_close') {
        for (const cells of columns)
          if (cells.some(({ letters }) => letters > mostLetters)) for (const cell of cells) cell.mark()
      }
    }
  })
}
