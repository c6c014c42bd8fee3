import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, discover } from '../../src/index.js'
import { listen } from './listen.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe('discovery of a certified server', () => {
  let provider: RunningProvider
  beforeAll(async () => {
    provider = await startProvider()
  })
  afterAll(() => provider.close())

  it('reads the endpoints and facts of its issuer', async () => {
    const { issuer } = provider
    expect(await discover(issuer)).toMatchObject({
      issuer,
      authorizationEndpoint: `${issuer}/auth`,
      tokenEndpoint: `${issuer}/token`,
      revocationEndpoint: `${issuer}/token/revocation`,
      introspectionEndpoint: `${issuer}/token/introspection`,
      jwksUri: `${issuer}/jwks`,
      codeChallengeMethodsSupported: ['S256'],
      authorizationResponseIssParameterSupported: true,
    })
  })

  it('gives a server that a client can be made of as it is', async () => {
    const client = createClient({ ...clients.basic, server: await discover(provider.issuer) })
    expect((await client.clientCredentials()).accessToken).not.toBe('')
  })

  it('refuses a document that names another issuer than the one asked for', async () => {
    const alias = provider.issuer.replace('127.0.0.1', 'localhost')
    await expect(
      discover(alias, { fetch: (url) => fetch(`${url}`.replace('localhost', '127.0.0.1')) }),
    ).rejects.toMatchObject({
      name: 'OAuthError',
      code: 'issuer_mismatch',
    })
  })

  it('says so where the issuer has no document', async () => {
    await expect(discover(`${provider.issuer}/tenant`)).rejects.toMatchObject({
      name: 'OAuthError',
      code: 'invalid_response',
      status: 404,
    })
  })

  it('reads the document at its URL too, and takes corrections of it', async () => {
    const { issuer } = provider
    const url = `${issuer}/.well-known/openid-configuration`
    const server = await discover({ url, issuer }, { overrides: { revocationEndpoint: undefined } })
    expect(server).toMatchObject({
      issuer,
      userinfoEndpoint: `${issuer}/me`,
      claimsSupported: expect.arrayContaining(['sub']),
    })
    expect(server).not.toHaveProperty('revocationEndpoint')
  })

  it('follows a real 301 to a trailing slash, and none to another origin', async () => {
    const front = await listen()
    const document = { issuer: front.origin, token_endpoint: `${front.origin}/token` }
    let elsewhere = ''
    front.serve(({ url }, response) => {
      if (url?.endsWith('/')) response.writeHead(200, { 'cache-control': 'no-store' }).end(JSON.stringify(document))
      else response.writeHead(301, { location: elsewhere || `${url}/` }).end()
    })
    try {
      expect((await discover(front.origin)).tokenEndpoint).toBe(`${front.origin}/token`)
      elsewhere = `${provider.issuer}/.well-known/openid-configuration`
      await expect(discover(front.origin)).rejects.toMatchObject({ code: 'redirect_refused', status: 301 })
    } finally {
      await front.close()
    }
  })
})
