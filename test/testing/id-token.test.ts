import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createManualClock, createMockAuthorizationServer } from '../../src/testing/index.js'
import { askToken, basic, callbackOf, get } from './wire.js'

const redirect_uri = 'https://app.test/cb'
const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [redirect_uri] }]
const start = Date.UTC(2030, 0, 1)
type Options = Partial<Parameters<typeof createMockAuthorizationServer>[0]>

const setUp = (options: Options = {}) => {
  const clock = createManualClock(start)
  const mock = createMockAuthorizationServer({ clients, clock, ...options })
  let logins = 0
  const logIn = async (asked: Readonly<Record<string, string>> = {}) => {
    const nonce = `n${logins++}`
    const query = { client_id: 'web', redirect_uri, scope: 'openid', nonce, ...asked }
    const { code = '' } = await callbackOf(mock, query, { user: 'ada' })
    const form = { grant_type: 'authorization_code', code, redirect_uri }
    return (await askToken(mock, form, basic('web', 's3cret'))).json
  }
  const keys = async () => (await get(mock, `${mock.server.jwksUri}`)).json as { readonly keys: JsonWebKey[] }
  return { clock, mock, logIn, keys }
}

describe('the mock issues an ID token', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'] as const)('that a key of its set verifies: %s', async (alg) => {
    const { logIn, keys, mock } = setUp({ idTokenSigningAlg: alg })
    const set = await keys()
    expect(mock.server.idTokenSigningAlgValuesSupported).toEqual([alg])
    expect(set.keys).toEqual([expect.objectContaining({ use: 'sig', alg, kid: expect.any(String) })])
    expect(JSON.stringify(set)).not.toContain('"d"')
    const { protectedHeader, payload } = await jwtVerify(`${(await logIn())['id_token']}`, createLocalJWKSet(set), {
      currentDate: new Date(start),
    })
    expect(protectedHeader.alg).toBe(alg)
    expect(payload).toEqual({
      iss: 'https://as.test',
      sub: 'ada',
      aud: 'web',
      iat: start / 1000,
      exp: start / 1000 + 3600,
      auth_time: start / 1000,
      nonce: 'n0',
      at_hash: expect.stringMatching(/^[\w-]+$/),
    })
  })

  it('for openid alone', async () => {
    const { logIn, mock } = setUp()
    expect(await logIn({ scope: 'read' })).not.toHaveProperty('id_token')
    const own = await askToken(mock, { grant_type: 'client_credentials', scope: 'openid' }, basic('web', 's3cret'))
    expect(own.json).not.toHaveProperty('id_token')
  })

  it('with each refresh, of the same login and without its nonce', async () => {
    const { logIn, mock, clock } = setUp()
    const { refresh_token } = await logIn()
    await clock.advance(5000)
    const form = { grant_type: 'refresh_token', refresh_token: `${refresh_token}` }
    const claims = decodeJwt(`${(await askToken(mock, form, basic('web', 's3cret'))).json['id_token']}`)
    expect(claims).toMatchObject({ sub: 'ada', iat: start / 1000 + 5, auth_time: start / 1000 })
    expect(claims).not.toHaveProperty('nonce')
  })

  it.each(['login', 'login consent', 'consent login'])('of a login that is new, for prompt=%s', async (prompt) => {
    const { logIn, clock } = setUp()
    await logIn()
    await clock.advance(5000)
    const { id_token } = await logIn({ prompt })
    expect(decodeJwt(`${id_token}`)).toMatchObject({ auth_time: start / 1000 + 5 })
  })

  it('with a new key once the keys have rotated, and the old one stays in the set unless it is withdrawn', async () => {
    const { logIn, keys, mock } = setUp()
    const kidOf = async () => decodeProtectedHeader(`${(await logIn())['id_token']}`).kid
    const kids = async () => (await keys()).keys.map((key) => (key as { readonly kid?: string }).kid)
    const first = await kidOf()
    mock.rotateKeys()
    const second = await kidOf()
    expect(second).not.toBe(first)
    expect(await kids()).toEqual([second, first])
    mock.rotateKeys({ keepOld: false })
    expect(await kids()).toEqual([await kidOf()])
  })

  it('that is wrong, once it is told to', async () => {
    const { logIn, mock, keys } = setUp()
    const set = createLocalJWKSet(await keys())
    const options = { currentDate: new Date(start) }
    mock.fault('token', { type: 'id_token', signedBy: 'stranger' })
    await expect(jwtVerify(`${(await logIn())['id_token']}`, set, options)).rejects.toThrow('signature')
    mock.fault('token', { type: 'id_token', signedBy: 'nobody' })
    const unsecured = `${(await logIn())['id_token']}`
    expect(decodeProtectedHeader(unsecured).alg).toBe('none')
    expect(unsecured.endsWith('.')).toBe(true)
    mock.fault('token', { type: 'id_token', claims: { aud: 'other', nonce: undefined } })
    const { payload } = await jwtVerify(`${(await logIn())['id_token']}`, set, options)
    expect(payload.aud).toBe('other')
    expect(payload).not.toHaveProperty('nonce')
  })

  it('that stays as it is where there is none', async () => {
    const { logIn, mock } = setUp()
    mock.fault('token', { type: 'id_token', signedBy: 'nobody' })
    expect(await logIn({ scope: 'read' })).not.toHaveProperty('id_token')
  })
})

it('the mock gives its keys to a GET alone, and to a HEAD', async () => {
  const { mock } = setUp()
  const answer = await mock.fetch(`${mock.server.jwksUri}`, { method: 'POST' })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})
