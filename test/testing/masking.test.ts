import { describe, expect, it } from 'vitest'
import { maskingOf } from '../../src/testing/masking.js'

const url = 'https://as.test/token'

describe('a text about a request', () => {
  const told = (text: string, request: Partial<Parameters<typeof maskingOf>[0]>, secrets: readonly string[] = []) =>
    maskingOf(
      { url, headers: {}, ...request },
      secrets.map((clientSecret) => ({ clientSecret })),
    )(text)

  it.each([
    ['credentials', { headers: { authorization: 'Bearer a-bearer-token' } }, 'a-bearer-token'],
    ['a password', { headers: { authorization: `Basic ${btoa('web:a-pass-word')}` } }, 'a-pass-word'],
    ['a pair with a short password', { headers: { authorization: `Basic ${btoa('web:word')}` } }, 'web:word'],
    ['an encoded password', { headers: { authorization: `basic  ${btoa('web:a%2Fpass%2Fword')}` } }, 'a/pass/word'],
    ['a proof', { headers: { dpop: 'e30.e30.c2ln' } }, 'e30.e30.c2ln'],
    ['a cookie', { headers: { cookie: 'first=1; bearward_8080=a-session-id' } }, 'a-session-id'],
    ['a field of its form', { form: { code: 'a-code-sent' } }, 'a-code-sent'],
    [
      'a field of its URL, whatever the form has',
      { url: `${url}?code=a-code-sent`, form: { code: 'x' } },
      'a-code-sent',
    ],
  ])('keeps none of what it carried: %s', (_, request, secret) => {
    expect(told(`no ${secret}, and no other`, request)).toBe('no ***, and no other')
  })

  it('keeps the words that are short secrets too, unless one is all there is', () => {
    expect(told('the secret is wrong', { form: { client_secret: 'secret' } })).toBe('the secret is wrong')
    expect(told('secret', { form: { client_secret: 'secret' } })).toBe('***')
  })

  it('keeps what nobody could use', () => {
    expect(told('no read-everything', { form: { scope: 'read-everything' } })).toBe('no read-everything')
  })

  it('keeps no end of a secret that another begins', () => {
    expect(told('no secret-of-web-2', {}, ['secret-of-web', 'secret-of-web-2'])).toBe('no ***')
  })
})
