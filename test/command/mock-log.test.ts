import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { logLine } from '../../src/command/mock/log-line.js'
import { type Seen, seenOf } from '../../src/command/mock/seen.js'
import { createSummary, summaryText } from '../../src/command/mock/summary.js'

const at = new Date(2026, 0, 1, 9, 5, 7).getTime()
const asked: Seen = { at, method: 'POST', path: '/token', endpoint: 'token', status: 200, ms: 3 }
const linesOf = (seen: Partial<Seen>, width = 80) =>
  stripVTControlCharacters(logLine({ ...asked, ...seen }, width)).split('\n')

const url = 'https://as.test/token'
const seen = (request: Partial<Parameters<typeof seenOf>[0]>, clients: Parameters<typeof seenOf>[1] = []) =>
  seenOf({ method: 'POST', url, endpoint: 'token', headers: {}, at, ...request }, clients, 1)

describe('a line of the log', () => {
  it('has the time of day, and columns', () => {
    expect(linesOf({ grantType: 'refresh_token', clientId: 'web', issued: ['access_token'] })).toEqual([
      '09:05:07  200  POST /token     refresh_token       web  → access_token',
    ])
  })

  it('names a grant by the end of its URN', () => {
    const [line] = linesOf({ grantType: 'urn:ietf:params:oauth:grant-type:token-exchange' })
    expect(line).toBe('09:05:07  200  POST /token     token-exchange')
  })

  it('goes on in another where the terminal ends, between what belongs together', () => {
    const refused =
      'the refresh token was used before: its family is revoked, and whoever has a token of it is to log in again'
    const seen = { status: 400, grantType: 'refresh_token', clientId: 'a-client-with-a-long-name', refused, ms: 1234 }
    expect(linesOf(seen)).toEqual([
      '09:05:07  400  POST /token     refresh_token       a-client-with-a-long-…',
      '               the refresh token was used before: its family is revoked, and',
      '               whoever has a token of it is to log in again  after 1.2 s',
    ])
    expect(linesOf(seen, Infinity)).toHaveLength(1)
  })

  it('fits into 80 columns, whatever comes', () => {
    const long = 'x'.repeat(300)
    const seen = { method: long, path: `/${long}`, grantType: long, clientId: long, refused: 'why not '.repeat(40) }
    for (const line of linesOf({ ...seen, endpoint: 'authorize', redirectUri: `https://${long}` })) {
      expect(line.length).toBeLessThanOrEqual(80)
    }
  })

  it('says of what was issued and never came that it is lost', () => {
    const [line] = linesOf({ faults: ['reset'], lost: 'reset', issued: ['access_token', 'refresh_token'] }, Infinity)
    expect(line).toContain('lost: access_token, refresh_token')
  })
})

describe('what is told of a request', () => {
  it('has no query, and no secret that stands where none should', () => {
    const secret = 'a-secret-of-the-client'
    const basic = { authorization: `Basic ${btoa(`web:${secret}`)}` }
    const form = { grant_type: secret, code_verifier: 'a-code-verifier', scope: 'read' }
    const refused = `no ${secret}, and no a-code-verifier`
    const told = seen({ url: `${url}?code=12345678`, headers: basic, form, clientId: secret, refused })
    expect(told).toMatchObject({ path: '/token', grantType: '***', clientId: '***', refused: 'no ***, and no ***' })
    expect(JSON.stringify(told)).not.toMatch(/secret|verifier|12345678/)
  })

  it('has the path of a stray request without what was sent, and without what may be a token', () => {
    const stray = {
      endpoint: 'unknown',
      url: 'https://as.test/x/a-code-sent/V2hhdCBtYXkgYmUg?code=a-code-sent',
    } as const
    expect(seen(stray).path).toBe('/x/***/V2hhdCBtYXkgYmUg')
    expect(seen({ ...stray, url: 'https://as.test/V2hhdCBtYXkgYmUgYSB0b2tlbg' }).path).toBe('/V2hhdCBt…')
    const lost = '/.well-known/oauth-authorization-server/tenant'
    expect(seen({ ...stray, url: `https://as.test${lost}` }).path).toBe(lost)
  })

  it('takes the secrets of all clients out, though the request has none of them elsewhere', () => {
    expect(seen({ clientId: 'pw' }, [{ clientSecret: 'pw' }])).toMatchObject({ clientId: '***' })
    const stray = { endpoint: 'unknown', url: 'https://as.test/long%2Fenough%2Fsecret' } as const
    expect(seen(stray, [{ clientSecret: 'long/enough/secret' }]).path).toBe('/***')
  })

  it('has the redirect URI where that was refused, and only there', () => {
    const query = new URLSearchParams({ redirect_uri: 'https://app.test/callback?code=1', client_id: 'web' })
    const wanted = { method: 'GET', endpoint: 'authorize', url: `https://as.test/authorize?${query}` } as const
    expect(seen({ ...wanted, refused: 'redirect_uri is not registered' }).redirectUri).toBe('https://app.test/callback')
    expect(seen(wanted)).not.toHaveProperty('redirectUri')
  })
})

describe('the summary', () => {
  it('counts, and says what is left of the faults', () => {
    const summary = createSummary()
    summary.add({ ...asked, grantType: 'refresh_token', issued: ['access_token'] })
    summary.add({ ...asked, status: 400, refused: 'no' })
    summary.add({ ...asked, endpoint: 'resource' })
    const faults = [
      { fault: 'token=503x3', hits: 1, left: 2 },
      { fault: 'jwks=resetx*', hits: 2 },
    ]
    expect(stripVTControlCharacters(summaryText(summary.after(3_723_000, faults))).split('\n')).toEqual([
      '',
      '3 requests in 1 h 2 min 3 s',
      '  endpoints  2 token, 1 resource',
      '  grants     1 refresh_token',
      '  issued     1 access_token',
      '  refused    1 × no',
      '  faults     token=503x3 hit 1 request, and has 2 left',
      '             jwks=resetx* hit 2 requests',
    ])
  })

  it('tells apart no more names than can be read, whatever is sent', () => {
    const summary = createSummary()
    for (let n = 0; n < 500; n++) summary.add({ ...asked, grantType: `${n}-${'x'.repeat(10_000)}` })
    const { requests, grants } = summary.after(1, [])
    expect(requests).toBe(500)
    expect(Object.keys(grants)).toHaveLength(101)
    expect(grants['others']).toBe(400)
    expect(Math.max(...Object.keys(grants).map(({ length }) => length))).toBe(200)
  })
})
