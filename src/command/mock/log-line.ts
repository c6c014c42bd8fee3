import { printable } from '../../cli/printable.js'
import { paint } from '../terminal.js'
import { wrapped } from '../wrapped.js'
import type { Seen } from './seen.js'

type Format = Parameters<typeof paint>[0]

interface Piece {
  readonly text: string
  readonly format?: Format
  /** How wide its column is, so that what follows stands below each other. */
  readonly column?: number
}

const two = (count: number): string => `${count}`.padStart(2, '0')

/** The local time of day. */
const timeOf = (at: number): string => {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** Where what is said of a request begins in lines that follow the first. */
const indent = ' '.repeat(15)

/** Between what stands side by side. */
const gap = '  '

/** Of a text of a client that could be of any length. */
const shortened = (text: string, longest: number): string => {
  const plain = printable(text)
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain
}

/** A duration worth telling of. */
const durationOf = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

const slowMs = 100

const statusPiece = ({ status, lost }: Seen): Piece => {
  if (status === undefined) return { text: lost ? '---' : '...', format: ['bold', 'magenta'] }
  const format = status < 300 ? 'green' : status < 400 ? 'cyan' : status < 500 ? 'yellow' : 'red'
  return { text: `${status}`, format: ['bold', format] }
}

/** `urn:ietf:params:oauth:grant-type:device_code` is known by its last part. */
export const grantName = (grantType: string): string => grantType.replace(/^urn:ietf:params:oauth:grant-type:/, '')

/** What came of it, each to be kept in one piece. */
const outcomeOf = ({ issued, faults, status, lost, refused, redirectUri, ms }: Seen): readonly Piece[] => [
  ...(faults ? [{ text: `fault: ${faults.join(' + ')}`, format: 'magenta' } as const] : []),
  ...(refused === undefined ? [] : [{ text: printable(refused), format: 'yellow' } as const]),
  ...(redirectUri === undefined ? [] : [{ text: shortened(redirectUri, 60), format: 'yellow' } as const]),
  ...(issued ? [{ text: `${lost ? 'lost: ' : '→ '}${issued.join(', ')}`, format: 'dim' } as const] : []),
  ...(lost === 'reset' ? [{ text: 'the connection was reset', format: 'magenta' } as const] : []),
  ...(lost === 'abandoned' ? [{ text: 'the client left', format: 'magenta' } as const] : []),
  ...(status === undefined && !lost ? [{ text: 'no answer yet', format: 'magenta' } as const] : []),
  ...(ms < slowMs ? [] : [{ text: `after ${durationOf(ms)}`, format: 'dim' } as const]),
]

const painted = ({ text, format, column = 0 }: Piece, isLast: boolean): string =>
  (format ? paint(format, text) : text) + (isLast ? '' : ' '.repeat(Math.max(0, column - text.length)))

const lineOf = (pieces: readonly Piece[]): string =>
  pieces.map((piece, index) => painted(piece, index === pieces.length - 1)).join(gap)

const widthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, { text, column = 0 }) => sum + Math.max(text.length, column) + gap.length, -gap.length)

/** Puts pieces into lines of a width, none of them broken that is no longer than a line. */
const laidOut = (first: readonly Piece[], more: readonly Piece[], width: number): string => {
  const lines: { indent: string; pieces: Piece[] }[] = [{ indent: '', pieces: [...first] }]
  const pieces = more.flatMap((piece) => wrapped(piece.text, width - indent.length).map((text) => ({ ...piece, text })))
  for (const piece of pieces) {
    const line = lines.at(-1) as (typeof lines)[number]
    if (line.indent.length + widthOf([...line.pieces, piece]) <= width) line.pieces.push(piece)
    else lines.push({ indent, pieces: [piece] })
  }
  return lines.map((line) => line.indent + lineOf(line.pieces)).join('\n')
}

/**
 * A request in one line, and in more where it does not fit.
 * @param width Of the terminal; `Infinity` if it is none, and then it is one line always.
 */
export const logLine = (seen: Seen, width: number): string => {
  const { at, method, path, grantType, clientId } = seen
  const who: Piece[] = [
    ...(grantType === undefined ? [] : [{ text: shortened(grantName(grantType), 22), column: 18 }]),
    ...(clientId === undefined ? [] : [{ text: shortened(clientId, 22), format: 'cyan' } as const]),
  ]
  const when: Piece[] = [{ text: timeOf(at), format: 'dim' }, statusPiece(seen)]
  const verb = shortened(method, 7).padEnd(4)
  const room = width - widthOf([...when, { text: `${verb} ` }, ...who])
  const what: Piece = { text: `${verb} ${shortened(path, Math.max(8, Math.min(60, room)))}`, column: 14 }
  return laidOut([...when, what, ...who], outcomeOf(seen), width)
}
