import fc from 'fast-check'
import { readJwt } from '../../src/command/jwt.js'
import { assertConfig } from '../../src/command/mock/config-fields.js'
import { challengesOf } from '../../src/core/challenge.js'
import { lifetimeMs } from '../../src/protocol/document-cache.js'
import { excerptOf, redact } from '../../src/protocol/redaction.js'
import { retryAfterMs } from '../../src/protocol/retry-after.js'
import { parse, readErrorResponse } from '../../src/protocol/wire.js'
import { parseFaults } from '../../src/testing/index.js'
import { headerSafe } from './hostile.js'
import { must, type Target, target } from './target.js'
import { hidden } from './wire.js'

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  challenge: challengesOf,
  'Retry-After': (text) => retryAfterMs(new Headers({ 'retry-after': headerSafe(text) }), 0),
  'Cache-Control': (text) => lifetimeMs(new Headers({ 'cache-control': headerSafe(text) })),
  body: parse,
  'error response': readErrorResponse,
  excerpt: (text) => excerptOf(text, hidden),
  redaction: (text) => redact(text, hidden),
  'fault notation': (text) => parseFaults(text),
  JWT: readJwt,
  configuration: (text) => assertConfig({ [text]: 1 }, ''),
}

const fragment = fc.oneof(
  fc.constantFrom(
    'a',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    '\\"',
    'a=',
    'a="',
    'a b',
    '{',
    '[',
    '{"a":',
    '%',
    '%2',
    '&',
    '<',
    '+',
    '.',
    ';',
  ),
  fc.constantFrom(
    'Bearer ',
    'a=b,',
    '\t',
    '\n',
    "'",
    ':',
    '1',
    'x1',
    '%0.',
    'token=',
    'hush-',
    '&#',
    '\\u0',
    'max-age=',
    '-',
    '/',
  ),
  fc.string({ maxLength: 3 }),
)

const small = 4000
const factor = 8
/** Milliseconds below which a machine's other work is all that is measured. */
const least = 300

const timeOf = (parse: (text: string) => unknown, text: string): number => {
  const started = performance.now()
  try {
    parse(text)
  } catch {
    // Refused is as good as read: how long it took is what is asked.
  }
  return performance.now() - started
}

/** Not in a test: it measures time. What is eight times as long may take three times eight as much of it. */
export const growth: readonly Target[] = Object.entries(parsers).map(([name, parse]) =>
  target(
    `growth: ${name}`,
    fc.tuple(
      fc.string({ maxLength: 4 }),
      fc.array(fragment, { minLength: 1, maxLength: 3 }),
      fc.string({ maxLength: 4 }),
    ),
    ([before, pumped, after]) => {
      const unit = pumped.join('') || 'a'
      const of = (length: number) => before + unit.repeat(Math.ceil(length / unit.length)) + after
      const isSlow = () => {
        const large = timeOf(parse, of(small * factor))
        return large > least && large > timeOf(parse, of(small)) * factor * 3
      }
      must(!(isSlow() && isSlow() && isSlow()), 'it takes no more time than in proportion to its length')
    },
  ),
)
