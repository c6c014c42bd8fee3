import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { challengesOf } from '../../src/core/challenge.js'

const read = (header: string | null) =>
  challengesOf(header).map(({ scheme, parameters }) => [scheme, { ...parameters }])

describe('the challenges of a header (RFC 9110 §11.6.1)', () => {
  it.each<[string, string, readonly unknown[]]>([
    ['one', 'Bearer realm="a", error="b"', [['bearer', { realm: 'a', error: 'b' }]]],
    ['a scheme alone', 'Bearer', [['bearer', {}]]],
    [
      'several in one',
      'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
      [
        ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
        ['basic', { realm: 'simple' }],
      ],
    ],
    [
      'several schemes alone',
      'Negotiate, NTLM,Bearer',
      [
        ['negotiate', {}],
        ['ntlm', {}],
        ['bearer', {}],
      ],
    ],
    [
      'a token68 between',
      'Negotiate oRQwEq+/==, Bearer scope="a b"',
      [
        ['negotiate', {}],
        ['bearer', { scope: 'a b' }],
      ],
    ],
    ['a token68 that reads like a parameter', 'Negotiate error=', [['negotiate', {}]]],
    [
      'commas and schemes inside quotes',
      'Basic realm="a, Bearer error=\\"b\\""',
      [['basic', { realm: 'a, Bearer error="b"' }]],
    ],
    ['escapes', 'Bearer realm="\\a\\\\\\""', [['bearer', { realm: 'a\\"' }]]],
    ['an empty value', 'Bearer realm=""', [['bearer', { realm: '' }]]],
    ['odd spacing', ' \t,Bearer\t realm = "a" ,error\t=b  ,  ', [['bearer', { realm: 'a', error: 'b' }]]],
    ['empty elements', ', ,Bearer ,, realm="a",, ,error=b,', [['bearer', { realm: 'a', error: 'b' }]]],
    ['no commas, as some servers write it', 'Bearer realm="a" error="b"', [['bearer', { realm: 'a', error: 'b' }]]],
    ['names in any case', 'bEARER Realm="a"', [['bearer', { realm: 'a' }]]],
    ['a parameter twice: the first', 'Bearer error=a, error=b', [['bearer', { error: 'a' }]]],
    ['names of an object', 'Bearer __proto__=a, constructor=b, error=c', [['bearer', { error: 'c' }]]],
    ['what is no challenge at the end', 'Bearer error=a, "', [['bearer', { error: 'a' }]]],
    ['parameters of no scheme', 'error=a', []],
    ['nothing', '', []],
  ])('%s', (_, header, challenges) => {
    expect(read(header)).toEqual(challenges)
  })

  it('are none where there is no header', () => {
    expect(read(null)).toEqual([])
  })
})

const names = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
const token = fc.string({ unit: fc.constantFrom(...names), minLength: 1, maxLength: 12 })
const name = token.filter((text) => !(text in {}))
const text = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) })
const space = fc.constantFrom('', ' ', '\t', '  ')
const comma = fc.tuple(space, fc.constantFrom(',', ', ,', ',,'), space).map((parts) => parts.join(''))

const quotedValue = fc.tuple(text, fc.boolean()).map(([value, escapeAll]) => ({
  value,
  written: `"${value.replace(escapeAll ? /./g : /["\\]/g, '\\$&')}"`,
}))
const parameter = fc
  .tuple(
    name,
    space,
    space,
    fc.oneof(
      token.map((value) => ({ value, written: value })),
      quotedValue,
    ),
  )
  .map(([key, before, after, { value, written }]) => ({ key, value, written: `${key}${before}=${after}${written}` }))

const challenge = fc.oneof(
  fc
    .tuple(token, fc.uniqueArray(parameter, { selector: ({ key }) => key, maxLength: 4 }), comma)
    .map(([scheme, parameters, between]) => ({
      expected: [scheme, Object.fromEntries(parameters.map(({ key, value }) => [key, value]))],
      written: `${scheme.toUpperCase()} ${parameters.map(({ written }) => written).join(between)}`,
    })),
  fc.tuple(token, fc.base64String({ minLength: 4 })).map(([scheme, token68]) => ({
    expected: [scheme, {}],
    written: `${scheme} ${token68}`,
  })),
)

describe('whatever comes', () => {
  test.prop([fc.array(challenge, { maxLength: 5 }), comma])('what was written is read', (challenges, between) => {
    const header = challenges.map(({ written }) => written).join(between)
    expect(read(header)).toEqual(challenges.map(({ expected }) => expected))
  })

  test.prop([fc.string({ unit: fc.constantFrom(...' \t,="\\\\;aB/~\xa0\xe4') })])('it does not throw', (header) => {
    for (const { scheme } of challengesOf(header)) expect(scheme).not.toBe('')
  })

  const size = 100_000
  const hostile: readonly string[] = [
    ...[
      'a',
      ' ',
      ',',
      ', ',
      '=',
      '"',
      '\\',
      '/',
      'a ',
      'a,',
      'a=',
      'a =',
      'a= ',
      'a="',
      'a=a ',
      'a a=',
      'a/ ',
      '\\"',
      '"a"',
    ],
    ...['a ==', 'a=,', '" ', 'a \t', 'a=""', 'a="\\', 'a="a",', 'aaaaaaaaaa ,', 'a b, ', 'a b=c, '],
  ]
  const frames = ['%', 'Bearer %', 'Bearer a="%', 'Bearer a="%"', 'Bearer %"', 'a%=', 'a%"', 'Bearer a %;', '"%']

  it.each(frames)('it is read in a time that grows no faster than it: %s', (frame) => {
    for (const part of hostile) {
      const header = frame.replace('%', () => part.repeat(size / part.length))
      const took = () => {
        const began = performance.now()
        challengesOf(header)
        return performance.now() - began
      }
      // A busy machine stops it now and then, but hardly three times.
      expect([took(), took(), took()].sort((a, b) => a - b)[0], `${frame} of ${part}`).toBeLessThan(500)
    }
  })
})
