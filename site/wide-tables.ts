import type { MarkdownRenderer } from 'vitepress'

/** A table that is wider than the page scrolls in a box of its own, by the keyboard too. */
export const wideTables = (md: MarkdownRenderer): void => {
  md.renderer.rules['table_open'] = () => '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>\n'
  md.renderer.rules['table_close'] = () => '</table></div>\n'
}
