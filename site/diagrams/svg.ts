/** What the diagrams are drawn with. Their colours are the page's, by class: light and dark need no second drawing. */

export const lineHeight = 17
/** No font is at hand when the site is built: as wide as the letters of the page's font are at most, on average. */
const letter = 6.9

export const widthOf = (lines: readonly string[]): number =>
  Math.ceil(Math.max(0, ...lines.map(({ length }) => length)) * letter)

const broken = (text: string, most: number): readonly string[] => {
  const lines: string[] = []
  for (const word of text.trim().split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= most) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** A text in lines of at most so many letters, as even as can be: no word alone in the last one. */
export const wrapped = (text: string, most: number): readonly string[] => {
  const { length } = broken(text, most)
  let narrow = Math.ceil(text.length / length)
  while (narrow < most && broken(text, narrow).length > length) narrow++
  return broken(text, narrow)
}

export const escaped = (text: string): string =>
  text.replace(/[&<>"{}]/g, (character) => `&#${character.charCodeAt(0)};`)

export type Anchor = 'start' | 'middle' | 'end'

/** Lines of text, the first of which stands at `y`. */
export const textAt = (lines: readonly string[], x: number, y: number, anchor: Anchor = 'middle', name = ''): string =>
  lines
    .map(
      (line, index) =>
        `<text x="${x}" y="${y + index * lineHeight}" text-anchor="${anchor}"${name && ` class="${name}"`}>${escaped(line)}</text>`,
    )
    .join('')

export const boxAt = (x: number, y: number, width: number, height: number, name: string, radius = 6): string =>
  `<rect class="${name}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}"/>`

/** A triangle whose tip is at a point. */
export const tipAt = (x: number, y: number, towards: 'left' | 'right' | 'down' | 'up'): string => {
  const [a, b] = { left: ['8,-4', '8,4'], right: ['-8,-4', '-8,4'], down: ['-4,-8', '4,-8'], up: ['-4,8', '4,8'] }[
    towards
  ]
  const moved = (offset: string): string => {
    const [dx = 0, dy = 0] = offset.split(',').map(Number)
    return `${x + dx},${y + dy}`
  }
  return `<polygon class="tip" points="${x},${y} ${moved(a ?? '')} ${moved(b ?? '')}"/>`
}

/** The drawing, with what it shows in words for who does not see it. */
export const drawing = (width: number, height: number, told: string, parts: readonly string[]): string =>
  `<div class="diagram" tabindex="0" role="group" aria-label="Diagram"><svg role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-label="${escaped(told)}">${parts.join('')}</svg></div>\n`
