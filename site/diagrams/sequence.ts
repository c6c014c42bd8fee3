/** Draws what GitHub draws of a mermaid block that begins with `sequenceDiagram`: as much of it as the pages use. */
import { boxAt, drawing, lineHeight, textAt, tipAt, widthOf, wrapped } from './svg.ts'

interface Message {
  readonly kind: 'message'
  readonly from: number
  readonly to: number
  readonly dashed: boolean
  readonly text: string
}

interface Note {
  readonly kind: 'note'
  readonly at: number
  readonly text: string
}

/** `alt`, its `else` parts, and its `end`. */
interface Mark {
  readonly kind: 'alt' | 'else' | 'end'
  readonly text: string
}

type Step = Message | Note | Mark

interface Sequence {
  readonly participants: readonly string[]
  readonly steps: readonly Step[]
}

const parse = (source: string): Sequence => {
  const participants = new Map<string, string>()
  const placeOf = (id = ''): number => {
    if (!participants.has(id)) participants.set(id, id)
    return [...participants.keys()].indexOf(id)
  }
  const steps: Step[] = []
  for (const line of source.trim().split('\n').slice(1)) {
    const text = line.trim()
    const named = /^participant (\w+)(?: as (.+))?$/.exec(text)
    const message = /^(\w+)(-?->>)(\w+): (.+)$/.exec(text)
    const note = /^Note over (\w+): (.+)$/.exec(text)
    const mark = /^(alt|else|end)\b *(.*)$/.exec(text)
    if (named) participants.set(named[1] ?? '', named[2] ?? named[1] ?? '')
    else if (message) {
      const [, from, arrow, to, said = ''] = message
      steps.push({ kind: 'message', from: placeOf(from), to: placeOf(to), dashed: arrow === '-->>', text: said })
    } else if (note) steps.push({ kind: 'note', at: placeOf(note[1]), text: note[2] ?? '' })
    else if (mark) steps.push({ kind: mark[1] as Mark['kind'], text: mark[2] ?? '' })
    else if (text) throw new Error(`a sequence diagram has a line that is not known: ${text}`)
  }
  return { participants: [...participants.values()], steps }
}

const mostLetters = 27
const headHeight = 36
const padding = 10

/** Where the lifelines stand: as far apart as what is said between them is wide. */
const columnsOf = ({ participants, steps }: Sequence): { readonly xs: readonly number[]; readonly width: number } => {
  const heads = participants.map((name) => widthOf([name]) + 28)
  const half = participants.map((_, index) => {
    const notes = steps.flatMap((step) =>
      step.kind === 'note' && step.at === index ? [widthOf(wrapped(step.text, mostLetters)) + 2 * padding] : [],
    )
    return Math.max(heads[index] ?? 0, ...notes) / 2
  })
  const margin = steps.some(({ kind }) => kind === 'alt') ? 10 : 2
  const xs: number[] = []
  for (const [index] of participants.entries()) {
    const before = xs[index - 1]
    if (before === undefined) {
      xs.push((half[0] ?? 0) + margin)
      continue
    }
    // Heads stand side by side; notes may cover the lifeline beside them, but not its messages.
    let x = before + ((heads[index - 1] ?? 0) + (heads[index] ?? 0)) / 2 + 24
    for (const step of steps) {
      if (step.kind !== 'message' || Math.max(step.from, step.to) !== index) continue
      const other = xs[Math.min(step.from, step.to)] ?? before
      x = Math.max(x, other + widthOf(wrapped(step.text, mostLetters)) + 28)
    }
    xs.push(Math.round(x))
  }
  const last = participants.length - 1
  return { xs, width: Math.round((xs[last] ?? 0) + (half[last] ?? 0) + margin) }
}

const inWords = ({ participants, steps }: Sequence): string =>
  steps
    .map((step) => {
      if (step.kind === 'message') return `${participants[step.from]} to ${participants[step.to]}: ${step.text}.`
      if (step.kind === 'note') return `${participants[step.at]}: ${step.text}.`
      return {
        alt: `If ${step.text}:`,
        else: `Else${step.text && `, if ${step.text}`}:`,
        end: 'From here on in any case.',
      }[step.kind]
    })
    .join(' ')
    .replace(/ From here on in any case\.$/, '')

export const sequenceDiagram = (source: string): string => {
  const sequence = parse(source)
  const { participants, steps } = sequence
  const { xs, width } = columnsOf(sequence)
  const drawn: string[] = []
  /** The frames lie below the lifelines, and are known when they end. */
  const frames: string[] = []
  const open: { readonly top: number }[] = []
  let y = headHeight + 14

  for (const step of steps) {
    if (step.kind === 'message') {
      const lines = wrapped(step.text, mostLetters)
      const [from = 0, to = 0] = [xs[step.from], xs[step.to]]
      y += lineHeight * lines.length
      const right = to > from
      drawn.push(textAt(lines, (from + to) / 2, y - lineHeight * (lines.length - 1) - 2, 'middle', 'said'))
      y += 7
      drawn.push(`<path class="line${step.dashed ? ' dashed' : ''}" d="M${from} ${y}H${to + (right ? -2 : 2)}"/>`)
      drawn.push(tipAt(to, y, right ? 'right' : 'left'))
      y += 13
    } else if (step.kind === 'note') {
      const lines = wrapped(step.text, mostLetters)
      const [noteWidth, height] = [widthOf(lines) + 2 * padding, lines.length * lineHeight + 10]
      const x = xs[step.at] ?? 0
      drawn.push(boxAt(x - noteWidth / 2, y, noteWidth, height, 'note', 4), textAt(lines, x, y + lineHeight + 1))
      y += height + 12
    } else if (step.kind === 'end') {
      const frame = open.pop()
      if (frame) frames.push(boxAt(1, frame.top, width - 2, y - frame.top, 'frame', 4))
      y += 14
    } else {
      if (step.kind === 'alt') open.push({ top: y })
      else frames.push(`<path class="line dashed" d="M1 ${y}H${width - 1}"/>`)
      const lines = wrapped(`${step.kind === 'alt' ? 'if' : 'else'} ${step.text}`, Math.floor(width / 7.2))
      drawn.push(textAt(lines, 10, y + lineHeight, 'start', 'case'))
      y += lines.length * lineHeight + 12
    }
  }

  const height = y + 6
  const lifelines = xs.map((x) => `<path class="life" d="M${x} ${headHeight}V${height}"/>`)
  const heads = participants.flatMap((name, index) => {
    const [x = 0, headWidth] = [xs[index], widthOf([name]) + 28]
    return [boxAt(x - headWidth / 2, 1, headWidth, headHeight - 2, 'head'), textAt([name], x, 23, 'middle', 'name')]
  })
  return drawing(width, height, inWords(sequence), [...frames, ...lifelines, ...heads, ...drawn])
}
