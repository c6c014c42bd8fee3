import { describe, expect, it } from 'vitest'
import { authorizationRequest, authorizationResponse } from '../../src/authorize.js'
import { createClient, OAuthError } from '../../src/index.js'

const server = {
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/token',
}
const redirectUri = 'https://app.example.com/callback'

describe('a page', () => {
  it('must not hold a client secret', () => {
    expect(() => createClient({ server, clientId: 'page', clientSecret: 'secret' })).toThrow(
      expect.objectContaining({ code: 'secret_in_browser' }),
    )
    expect(createClient({ server, clientId: 'page' })).toBeDefined()
  })

  it('keeps an authorization request over the redirect in its session storage', async () => {
    const request = await authorizationRequest({ server, clientId: 'page', redirectUri })
    sessionStorage.setItem('request', JSON.stringify(request))
    const kept = JSON.parse(sessionStorage.getItem('request') ?? '')
    expect(await authorizationResponse(`${redirectUri}?code=c&state=${request.state}`, kept)).toEqual({ code: 'c' })
    await expect(authorizationResponse(`${redirectUri}?code=c&state=another`, kept)).rejects.toBeInstanceOf(OAuthError)
  })

  it('makes a challenge with the Web Crypto of the browser', async () => {
    const { url, codeVerifier } = await authorizationRequest({ server, clientId: 'page', redirectUri })
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(codeVerifier))
    const challenge = new URL(url).searchParams.get('code_challenge') ?? ''
    expect(`${challenge.replaceAll('-', '+').replaceAll('_', '/')}=`).toBe(
      btoa(String.fromCharCode(...new Uint8Array(digest))),
    )
  })

  it('exchanges a code with its own form alone', async () => {
    const sent: RequestInit[] = []
    const client = createClient({
      server,
      clientId: 'page',
      fetch: async (_url, init) => {
        sent.push(init ?? {})
        return Response.json({ access_token: 'a', token_type: 'Bearer' })
      },
    })
    const request = await client.authorizationRequest({ redirectUri })
    const token = await client.exchangeCode(`${redirectUri}?code=c&state=${request.state}`, request)
    expect(token.accessToken).toBe('a')
    expect(new URLSearchParams(`${sent[0]?.body}`).get('code_verifier')).toBe(request.codeVerifier)
    expect(new Headers(sent[0]?.headers).has('authorization')).toBe(false)
  })
})
