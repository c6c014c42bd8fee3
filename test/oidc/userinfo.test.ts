import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { createBrowser } from './browser.ts'
import { tokenOf } from './log-in.ts'
import { clients, postLogoutRedirectUri, type RunningProvider, startProvider } from './provider.ts'

describe('a certified OpenID provider', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  let client: Client
  beforeAll(async () => {
    provider = await startProvider()
    server = await discover(provider.issuer)
    client = createClient({ ...clients.basic, server })
  })
  afterAll(() => provider.close())

  it('says at userinfo who has logged in', async () => {
    const token = await tokenOf(client)
    expect(await client.userinfo(token, { subject: 'ada' })).toEqual({
      subject: 'ada',
      email: 'ada@example.com',
      raw: { sub: 'ada', email: 'ada@example.com' },
    })
  })

  it('refuses at userinfo a token that was revoked, and one that was not granted openid', async () => {
    const token = await tokenOf(client)
    await client.revoke(token)
    expect(await failureOf(client.userinfo(token))).toMatchObject({
      code: 'error_response',
      status: 401,
      error: 'invalid_token',
    })
    const machine = await client.clientCredentials({ scope: 'read' })
    expect((await failureOf(client.userinfo(machine))).code).toBe('error_response')
  })

  it('takes the logout URL, asks the user, and sends them back with the state', async () => {
    const browser = createBrowser()
    const token = await tokenOf(client, { browser })
    const url = await client.logoutUrl({ token, postLogoutRedirectUri, state: 'a b' })
    const confirmed = await browser.submit(url, { logout: 'yes' })
    expect(confirmed).toBe(`${postLogoutRedirectUri}?state=a+b`)
  })

  it('refuses the logout URL with a redirect URI that is not registered', async () => {
    const token = await tokenOf(client)
    const answer = await fetch(await client.logoutUrl({ token, postLogoutRedirectUri: 'https://evil.test/' }))
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('post_logout_redirect_uri not registered')
  })
})
