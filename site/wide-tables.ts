import type { MarkdownRenderer } from 'vitepress'

/** A column with more letters than this in a cell is to be read as text: it gets room for it. */
const mostLetters = 36
/** A longer word may be broken: a name in code where a word begins in it, any other where it must be. */
const longestWord = 26

interface Cell {
  readonly letters: number
  readonly longest: number
  mark(name: string): void
}

/** A table that is wider than the page scrolls in a box of its own, by the keyboard too. */
export const wideTables = (md: MarkdownRenderer): void => {
  md.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n'
  md.renderer.rules['table_close'] = () => '</table></div>\n'
  const code = md.renderer.rules.code_inline
  md.renderer.rules.code_inline = (...given) => {
    const html = code?.(...given) ?? ''
    return html.replace(/[\w.]{14,}/g, (name) => name.replace(/[a-z\d](?=[A-Z])|[_.](?=\w)/g, '$&<wbr>'))
  }
  md.core.ruler.push('columns', ({ tokens }) => {
    let columns: Cell[][] = []
    let column = 0
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'table_open') columns = []
      else if (token.type === 'tr_open') column = 0
      else if (token.type === 'td_open' || token.type === 'th_open') {
        const text = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join('')
        // A corner with nothing in it heads nothing.
        const close = tokens[index + 2]
        if (token.type === 'th_open' && text === '' && close) token.tag = close.tag = 'td'
        const longest = Math.max(...text.split(/\s+/).map(({ length }) => length))
        const cells = columns[column] ?? []
        columns[column++] = [...cells, { letters: text.length, longest, mark: (name) => token.attrJoin('class', name) }]
      } else if (token.type === 'table_close') {
        for (const cells of columns) {
          const long = cells.some(({ letters }) => letters > mostLetters)
          const wordy = cells.some(({ longest }) => longest > longestWord)
          for (const { mark } of cells) {
            if (long) mark('long')
            if (wordy) mark('wordy')
          }
        }
      }
    }
  })
}
