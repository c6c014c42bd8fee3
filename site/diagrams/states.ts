/** Draws what GitHub draws of a mermaid block that begins with `stateDiagram-v2`: states below each other, ways beside them. */
import { boxAt, drawing, lineHeight, textAt, tipAt, widthOf, wrapped } from './svg.ts'

interface Way {
  readonly from: number
  readonly to: number
  readonly text: string
}

interface States {
  readonly names: readonly string[]
  /** The state that all begins with. */
  readonly first: number
  readonly ways: readonly Way[]
}

const parse = (source: string): States => {
  const names = new Map<string, string>()
  const placeOf = (id = ''): number => {
    if (!names.has(id)) names.set(id, id)
    return [...names.keys()].indexOf(id)
  }
  let first = 0
  const ways: Way[] = []
  for (const line of source.trim().split('\n').slice(1)) {
    const text = line.trim()
    const named = /^state "(.+)" as (\w+)$/.exec(text)
    const start = /^\[\*\] --> (\w+)$/.exec(text)
    const way = /^(\w+) --> (\w+): (.+)$/.exec(text)
    if (named) names.set(named[2] ?? '', named[1] ?? '')
    else if (start) first = placeOf(start[1])
    else if (way) ways.push({ from: placeOf(way[1]), to: placeOf(way[2]), text: way[3] ?? '' })
    else if (text) throw new Error(`a state diagram has a line that is not known: ${text}`)
  }
  return { names: [...names.values()], first, ways }
}

const mostLetters = 20
const boxLetters = 24
const laneGap = 14
const betweenStates = 74

type Side = 'left' | 'right'

/** A way that runs beside the states, in a lane of its own. */
interface Placed extends Way {
  readonly side: Side
  readonly lane: number
}

const spanOf = ({ from, to }: Way): number => Math.abs(from - to)

/** Down on the right, up on the left; the shortest next to the states, and two in one lane where they do not meet. */
const placed = (ways: readonly Way[]): readonly Placed[] => {
  const taken: Record<Side, Way[][]> = { left: [], right: [] }
  const meet = (one: Way, other: Way): boolean =>
    Math.min(one.from, one.to) < Math.max(other.from, other.to) &&
    Math.min(other.from, other.to) < Math.max(one.from, one.to)
  return ways
    .toSorted((one, other) => spanOf(one) - spanOf(other))
    .map((way) => {
      const side = way.to < way.from ? 'left' : 'right'
      const lanes = taken[side]
      const free = lanes.findIndex((lane) => lane.every((other) => !meet(way, other)))
      const lane = free < 0 ? lanes.length : free
      lanes[lane] = [...(lanes[lane] ?? []), way]
      return { ...way, side, lane }
    })
}

export const stateDiagram = (source: string): string => {
  const { names, first, ways } = parse(source)
  const boxes = names.map((name) => wrapped(name, boxLetters))
  const boxWidth = Math.max(...boxes.map(widthOf)) + 40
  const boxHeight = Math.max(...boxes.map(({ length }) => length)) * lineHeight + 18
  const step = boxHeight + betweenStates
  const beside = placed(ways.filter((way) => way.to !== way.from + 1))
  const straight = ways.filter((way) => way.to === way.from + 1)

  const widths = (side: Side): readonly number[] => {
    const lanes: number[] = []
    for (const way of beside) {
      if (way.side === side) lanes[way.lane] = Math.max(lanes[way.lane] ?? 0, widthOf(wrapped(way.text, mostLetters)))
    }
    return lanes
  }
  const [left, right] = [widths('left'), widths('right')]
  // What stands beside the straight ways needs its room too.
  const aside = Math.max(...straight.map(({ text }) => widthOf(wrapped(text, mostLetters)) + 8 - boxWidth / 2), 0)
  const sum = (lanes: readonly number[]): number => lanes.reduce((whole, one) => whole + one + laneGap + 10, 0)
  const start = sum(left) + 8
  const end = start + boxWidth
  const width = Math.ceil(end + aside + sum(right) + 8)
  const topOf = (index: number): number => 34 + index * step
  const height = topOf(names.length - 1) + boxHeight + 8

  const drawn: string[] = [
    `<circle class="tip" cx="${start + boxWidth / 2}" cy="8" r="6"/>`,
    `<path class="line" d="M${start + boxWidth / 2} 8V${topOf(first) - 4}"/>`,
    tipAt(start + boxWidth / 2, topOf(first), 'down'),
  ]
  for (const [index, lines] of boxes.entries()) {
    const y = topOf(index) + (boxHeight - lines.length * lineHeight) / 2 + 13
    drawn.push(
      boxAt(start, topOf(index), boxWidth, boxHeight, 'head'),
      textAt(lines, start + boxWidth / 2, y, 'middle', 'name'),
    )
  }
  for (const { from, text } of straight) {
    const [x, top, bottom] = [start + boxWidth / 2, topOf(from) + boxHeight, topOf(from + 1)]
    const lines = wrapped(text, mostLetters)
    const y = (top + bottom) / 2 - ((lines.length - 1) * lineHeight) / 2 + 2
    drawn.push(
      `<path class="line" d="M${x} ${top}V${bottom - 4}"/>`,
      tipAt(x, bottom, 'down'),
      textAt(lines, x + 8, y, 'start', 'said'),
    )
  }
  // Ends at one side of a state stand below each other, in the order of their lanes, so that ways seldom cross.
  const endsOf = (index: number, side: Side): readonly Placed[] =>
    beside.filter((way) => way.side === side && (way.from === index || way.to === index))
  const heightOf = (way: Placed, index: number): number => {
    const ends = endsOf(index, way.side)
    const goesDown = (one: Placed): boolean => Math.max(one.from, one.to) > index
    const ordered = [
      ...ends.filter((one) => !goesDown(one)).toSorted((one, other) => one.lane - other.lane),
      ...ends.filter(goesDown).toSorted((one, other) => other.lane - one.lane),
    ]
    return topOf(index) + ((ordered.indexOf(way) + 1) * boxHeight) / (ends.length + 1)
  }
  for (const way of beside) {
    const lanes = way.side === 'left' ? left : right
    const direction = way.side === 'left' ? -1 : 1
    const edge = way.side === 'left' ? start : end
    const x = edge + direction * ((way.side === 'right' ? aside : 0) + sum(lanes.slice(0, way.lane)) + laneGap)
    const [from, to] = [heightOf(way, way.from), heightOf(way, way.to)]
    const lines = wrapped(way.text, mostLetters)
    const y = (topOf(way.from) + topOf(way.to) + boxHeight) / 2 - ((lines.length - 1) * lineHeight) / 2 + 4
    drawn.push(
      `<path class="line" d="M${edge} ${from}H${x}V${to}H${edge + direction * 4}"/>`,
      tipAt(edge, to, way.side === 'left' ? 'right' : 'left'),
      textAt(lines, x + direction * 6, y, way.side === 'left' ? 'end' : 'start', 'said'),
    )
  }
  const told = ways.map(({ from, to, text }) => `From ${names[from]} to ${names[to]}: ${text}.`).join(' ')
  return drawing(width, height, `It begins with ${names[first]}. ${told}`, drawn)
}
