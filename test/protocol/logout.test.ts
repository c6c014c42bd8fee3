import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { scriptedServer } from '../fixtures/scripted-server.js'

const clientOf = (endSessionEndpoint?: string) => {
  const wire = scriptedServer()
  const server = { tokenEndpoint: 'https://as.test/token', ...(endSessionEndpoint && { endSessionEndpoint }) }
  return { wire, client: createClient({ server, clientId: 'web', clientSecret: 's', fetch: wire.fetch }) }
}

const postLogoutRedirectUri = 'https://app.test/bye'

describe('the logout URL', () => {
  it('carries what RP-Initiated Logout §2 names, and the secret never', async () => {
    const { client, wire } = clientOf('https://as.test/end')
    const url = new URL(
      await client.logoutUrl({
        token: { idToken: 'header.claims.signature' },
        postLogoutRedirectUri,
        state: 'a b+c',
        logoutHint: 'ada',
        uiLocales: 'fr-CA en',
        parameters: { federated: 'yes' },
      }),
    )
    expect(url.origin + url.pathname).toBe('https://as.test/end')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      id_token_hint: 'header.claims.signature',
      client_id: 'web',
      post_logout_redirect_uri: postLogoutRedirectUri,
      state: 'a b+c',
      logout_hint: 'ada',
      ui_locales: 'fr-CA en',
      federated: 'yes',
    })
    expect(url.href).toContain('state=a%20b%2Bc')
    expect(wire.sent).toHaveLength(0)
  })

  it('names the client alone where nothing else is known', async () => {
    expect(await clientOf('https://as.test/end').client.logoutUrl()).toBe('https://as.test/end?client_id=web')
  })

  it('takes an ID token as a text too', async () => {
    const { client } = clientOf('https://as.test/end')
    expect(await client.logoutUrl({ token: 'an.id.token' })).toContain('id_token_hint=an.id.token')
  })

  it('keeps the query of the endpoint', async () => {
    const url = await clientOf('https://as.test/end?tenant=1').client.logoutUrl()
    expect(url).toBe('https://as.test/end?tenant=1&client_id=web')
  })

  it.each([
    ['no endpoint', undefined, {}, 'unsupported'],
    ['an endpoint in the clear', 'http://as.test/end', {}, 'insecure_url'],
    ['a relative redirect URI', 'https://as.test/end', { postLogoutRedirectUri: '/bye' }, 'invalid_argument'],
    [
      'a redirect URI with a fragment',
      'https://as.test/end',
      { postLogoutRedirectUri: 'https://a.test/#b' },
      'invalid_argument',
    ],
    ['a state that nobody brings back', 'https://as.test/end', { state: 's' }, 'invalid_argument'],
    ['a parameter of its own', 'https://as.test/end', { parameters: { client_id: 'x' } }, 'invalid_argument'],
  ] as const)('is not made with %s', async (_, endpoint, options, code) => {
    expect((await failureOf(clientOf(endpoint).client.logoutUrl(options))).code).toBe(code)
  })
})
