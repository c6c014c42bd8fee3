import type { MarkdownRenderer } from 'vitepress'
import { sequenceDiagram } from './sequence.ts'
import { stateDiagram } from './states.ts'

const draw = (source: string): string => {
  if (source.startsWith('sequenceDiagram\n')) return sequenceDiagram(source)
  if (source.startsWith('stateDiagram-v2\n')) return stateDiagram(source)
  throw new Error(`a mermaid block that the site cannot draw: ${source.slice(0, source.indexOf('\n'))}`)
}

/** The blocks that GitHub draws by mermaid are drawn when the site is built: a page needs no script for them. */
export const diagrams = (md: MarkdownRenderer): void => {
  const fence = md.renderer.rules.fence
  md.renderer.rules.fence = (tokens, index, ...rest) => {
    const token = tokens[index]
    if (token?.info.trim() === 'mermaid') return draw(token.content)
    return fence?.(tokens, index, ...rest) ?? ''
  }
}
