import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { type Reached, reach, ways } from './ways.js'
import { authorizationUrl, basic, codeVerifier, s256 } from './wire.js'

const redirectUri = 'https://app.test/callback'
type Fields = Readonly<Record<string, string>>

/** The callback of a browser that was sent to the authorization endpoint. */
const callbackOf = async (here: Reached, query: Fields): Promise<URLSearchParams> => {
  const { search } = new URL(authorizationUrl(here.mock, { client_id: 'web', redirect_uri: redirectUri, ...query }))
  const answer = await here.fetch(`${here.server.authorizationEndpoint}${search}`, { redirect: 'manual' })
  const callback = new URL(`${answer.headers.get('location')}`)
  expect(callback.origin + callback.pathname).toBe(redirectUri)
  return callback.searchParams
}

/** What a client hears that looks at nothing but the code. */
const exchange = async (here: Reached, callback: URLSearchParams, more: Fields = {}): Promise<Fields> => {
  const code = `${callback.get('code')}`
  const body = new URLSearchParams({ grant_type: 'authorization_code', redirect_uri: redirectUri, code, ...more })
  return (await here.fetch(here.server.tokenEndpoint, { method: 'POST', headers: basic('web', 's3cret'), body })).json()
}

const altered = (parameter: string) => ({
  error: 'invalid_grant',
  error_description: `the code came in a callback whose ${parameter} was altered, and the client took it all the same`,
})

describe.each(ways)('%s, a callback', (way) => {
  it('has a state that was never sent', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:unsent_state')
    const callback = await callbackOf(here, { state: 'sent' })
    expect(callback.get('state')).toMatch(/^[\w-]{43}$/)
    expect(await exchange(here, callback)).toEqual(altered('state'))
    const next = await callbackOf(here, { state: 'sent' })
    expect(next.get('state')).toBe('sent')
    expect(await exchange(here, next)).toHaveProperty('access_token')
  })

  it('has no state', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:no_state')
    const callback = await callbackOf(here, { state: 'sent' })
    expect(callback.has('state')).toBe(false)
    expect(await exchange(here, callback)).toEqual(altered('state'))
  })

  it.each(['unsent_state', 'no_state'])('has no state of a client that relies on PKCE: %s', async (how) => {
    const here = await reach(way)
    here.mock.fault(`authorize=tampered_callback:${how}`)
    const callback = await callbackOf(here, { ...s256, state: '' })
    expect(callback.has('state')).toBe(how === 'unsent_state')
    expect(await exchange(here, callback, { code_verifier: codeVerifier })).toHaveProperty('access_token')
  })

  it('is of another issuer, or of none', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=wrong_issuer,tampered_callback:no_issuer')
    for (const issuer of ['https://another-issuer.test', null]) {
      const callback = await callbackOf(here, { state: 'sent' })
      expect([callback.get('iss'), callback.get('state')]).toEqual([issuer, 'sent'])
      expect(await exchange(here, callback)).toEqual(altered('iss'))
    }
    expect((await callbackOf(here, { state: 'sent' })).get('iss')).toBe(here.server.issuer)
  })

  it('has its code twice', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:repeated_code')
    const callback = await callbackOf(here, { state: 'sent' })
    const [first, second, ...more] = callback.getAll('code')
    expect([first !== second, more]).toEqual([true, []])
    expect(await exchange(here, callback)).toEqual(altered('code'))
    expect(await exchange(here, new URLSearchParams({ code: `${second}` }))).toMatchObject({ error: 'invalid_grant' })
  })

  it('has the code of another login, which PKCE catches', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:injected_code')
    const callback = await callbackOf(here, { state: 'sent', ...s256 })
    expect(callback.get('state')).toBe('sent')
    expect(await exchange(here, callback, { code_verifier: codeVerifier })).toEqual({
      error: 'invalid_grant',
      error_description: 'code_verifier does not fit the code_challenge',
    })
  })

  it('has the code of another login, which the nonce of the ID token gives away', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:injected_code')
    const { id_token: idToken = '' } = await exchange(here, await callbackOf(here, { nonce: 'sent', scope: 'openid' }))
    const claims = JSON.parse(atob(`${idToken.split('.')[1]}`.replaceAll('-', '+').replaceAll('_', '/')))
    expect(claims).toMatchObject({ sub: 'another-user', nonce: expect.not.stringMatching(/^sent$/) })
  })

  it('has the code of another login, and nothing that would tell', async () => {
    const here = await reach(way)
    here.mock.fault('authorize=tampered_callback:injected_codex2')
    expect(await exchange(here, await callbackOf(here, { state: 'sent' }))).toEqual(altered('code'))
    expect(await exchange(here, await callbackOf(here, { nonce: 'unseen' }))).toEqual(altered('code'))
  })
})

it('is told to the user who is played, too', async () => {
  const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: [`${redirectUri}?from=as`] }]
  const mock = createMockAuthorizationServer({ clients, faults: ['authorize=tampered_callback:no_state'] })
  const query = { client_id: 'web', redirect_uri: `${redirectUri}?from=as`, state: 'sent' }
  const { searchParams } = new URL(await mock.authorize(authorizationUrl(mock, query), { deny: true }))
  expect([...searchParams.keys()]).toEqual(['from', 'error', 'error_description', 'iss'])
})
