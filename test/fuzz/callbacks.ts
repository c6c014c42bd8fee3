import fc from 'fast-check'
import { authorizationResponse } from '../../src/authorize.js'
import { damaged, hostileText, prototypeNames } from './hostile.js'
import { must, settled, type Target, target } from './target.js'

const pending = {
  url: '',
  state: 'hush-state-1234',
  clientId: 'web',
  redirectUri: 'https://app.test/cb',
  codeVerifier: 'hush-verifier',
  issuer: 'https://as.test',
  issuerRequired: true,
}

const right = fc.constantFrom(
  ['code', 'c'],
  ['state', pending.state],
  ['iss', pending.issuer],
  ['error', 'access_denied'],
)
const any = fc.tuple(
  fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'error_uri', ...prototypeNames),
  hostileText,
)
const whole = [
  ['code', 'c'],
  ['state', pending.state],
  ['iss', pending.issuer],
]
const pairs = fc.tuple(fc.oneof(fc.constant(whole), fc.array(right, { maxLength: 4 })), fc.array(any, { maxLength: 3 }))
const queries = pairs.map(
  ([some, more]) => `${new URLSearchParams([...some, ...more].map(([a = '', b = '']) => [a, b]))}`,
)
const inUrl = fc.tuple(
  queries,
  fc.constantFrom('', '?', 'https://app.test/cb?', '/cb?a=b?', '#', 'https://app.test/cb#'),
)
const texts = fc.oneof(damaged(inUrl.map(([query, before]) => before + query)), hostileText)

export const callbacks: readonly Target[] = [
  target('callback', fc.tuple(texts, fc.nat(3)), async ([text, kind]) => {
    const callback = [
      () => text,
      () => new URLSearchParams(text),
      () => URL.parse(text) ?? text,
      () => new Request('https://app.test/cb', { method: 'POST', body: text }),
    ][kind]
    if (!callback) return
    const got = await settled(async () => authorizationResponse(callback(), pending), {
      secrets: [pending.codeVerifier, pending.state],
    })
    if (!got) return
    // What a body begins with may be a mark of its encoding, which is none of it (Encoding §6.1).
    const body = kind === 3 ? text.replace(/^\uFEFF/, '') : text
    const sent = new URLSearchParams(kind === 3 || kind === 1 ? body : text.replace(/^[^?]*\?|#.*/g, ''))
    const all = (name: string) => JSON.stringify(sent.getAll(name))
    must(all('code') === JSON.stringify([got.code]) && got.code !== '', 'a code is there once')
    must(all('state') === JSON.stringify([pending.state]), 'the state is that of the request, once')
    must(all('iss') === JSON.stringify([pending.issuer]), 'the issuer is that of the request, once (RFC 9207 §2.4)')
    must((sent.get('error') ?? '') === '', 'an error gives no code')
  }),
]
