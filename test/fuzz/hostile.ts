import fc from 'fast-check'

export const prototypeNames = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'toJSON']

const nested = (open: string, close: string) =>
  fc.constantFrom(1, 50, 99, 100, 101, 5000).map((depth) => `${open.repeat(depth)}1${close.repeat(depth)}`)

/** Texts that parsers trip over. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('', ' ', '\0', '\ud800', 'a\udfff', '\u2028', '\r\nx: y', '"', '\\', '%', '%zz', '+', '=', ',', ';'),
  fc.constantFrom(...prototypeNames, 'x'.repeat(5000), 'https://evil.test', 'http://as.test', '[object Object]', 'é😀'),
  fc.constantFrom('-1', '0', '1e3', '1e999', 'NaN', 'Infinity', '9'.repeat(400), '0x10', '007', '1.5', ' 7 ', '٣'),
  fc.string(),
  fc.string({ unit: 'binary' }),
)

/** JSON values as they stand in a body: also those that `JSON.stringify` never writes. */
const hostileJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '0', '-1', '-0', '1e999', '-1e999', '9007199254740993', '1e-400', '1e308'),
  fc.constantFrom('{}', '[]', '[null]', '[""]', '[[]]', '"\\ud800"', '"\\u0000"', '{"toString":1}', '{"length":3}'),
  fc.constantFrom('{"__proto__":{"polluted":1}}', '{"constructor":{"prototype":{"polluted":1}}}', '{"then":1}'),
  nested('[', ']'),
  nested('{"a":', '}'),
  hostileText.map((text) => JSON.stringify(text)),
  fc.json(),
)

type Fields = Readonly<Record<string, unknown>>

/** An object of the right kind in which a few fields are missing, twice there, of another type, or of another object. */
export const mutatedJson = (valid: Fields, others: readonly string[] = []): fc.Arbitrary<string> => {
  const right = Object.entries(valid).map(([name, value]) => [name, JSON.stringify(value)] as const)
  const names = [...Object.keys(valid), ...Object.keys(valid), ...others, ...prototypeNames]
  const wrong = fc.array(fc.tuple(fc.constantFrom(...names), hostileJson), { maxLength: 3 })
  const kept = fc.oneof({ weight: 3, arbitrary: fc.constant(right) }, fc.subarray(right))
  return fc.tuple(kept, wrong, fc.boolean()).map(([fields, more, isFirst]) => {
    const all = isFirst ? [...more, ...fields] : [...fields, ...more]
    return `{${all.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`
  })
}

/** What a bad connection, or a bad hand, makes of a text. */
export const damaged = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const noise = fc.tuple(texts, fc.nat(), hostileText, fc.nat(5)).map(([text, place, piece, kind]) => {
    const at = text.length ? place % text.length : 0
    if (kind === 0) return text.slice(0, at)
    if (kind === 1) return `${text.slice(0, at)}${piece}${text.slice(at)}`
    if (kind === 2) return `${text.slice(0, at)}${text.slice(at + 1)}`
    if (kind === 3) return `${text}${text}`
    if (kind === 4) return `\ufeff${text}`
    return text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ 1) + text.slice(at + 1)
  })
  return fc.oneof({ weight: 3, arbitrary: texts }, { weight: 2, arbitrary: noise })
}

/** What may stand in a header: fetch refuses all else before anybody sees it. */
export const headerSafe = (text: string): string => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?')

export const hostileHeader: fc.Arbitrary<string> = fc.oneof(
  hostileText.map(headerSafe),
  fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
)

/** Without halves of characters, which no encoding takes. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd')
