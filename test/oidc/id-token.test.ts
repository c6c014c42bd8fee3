import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type ClientOptions, createClient, discover } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { keyOf } from '../jwt/keys.js'
import { createBrowser } from './browser.ts'
import { logIn, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, redirectUri, startProvider } from './provider.ts'

const kinds = { RS256: 'rsa', PS256: 'rsa', ES256: 'P-256', EdDSA: 'ed25519' } as const
type Alg = keyof typeof kinds
const algs = Object.keys(kinds) as Alg[]

describe('ID tokens of a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({
      idTokenKeys: algs.map((alg) => ({ ...keyOf(kinds[alg]).jwk, kid: alg, alg, use: 'sig' })),
      moreClients: algs.map((alg) => ({
        client_id: `signed-${alg}`,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [redirectUri],
        scope: 'openid read write',
        id_token_signed_response_alg: alg,
      })),
    })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  const clientOf = (clientId: string, options: Partial<ClientOptions> = {}) =>
    createClient({ server, clientId, idToken: idTokenValidator(), ...options })

  it.each(algs)('are validated by its real keys: %s, and are of its nonce', async (alg) => {
    const client = clientOf(`signed-${alg}`)
    const { request, callback } = await logIn(client)
    const token = await client.exchangeCode(callback, request)
    expect(decodeProtectedHeader(`${token.idToken}`)).toMatchObject({ alg, kid: alg })
    expect(token.idTokenClaims).toMatchObject({
      iss: provider.issuer,
      aud: `signed-${alg}`,
      nonce: request.nonce,
    })
  })

  it.each(algs)('come again with a refresh, for the same user: %s', async (alg) => {
    const answers: (string | undefined)[] = []
    const watching: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init)
      answers.push((await answer.clone().json()).id_token)
      return answer
    }
    const client = clientOf(`signed-${alg}`, { fetch: watching })
    const token = await tokenOf(client)
    const renewed = await client.refresh(token)
    expect(answers).toEqual([undefined, token.idToken, renewed.idToken])
    expect(renewed.idTokenClaims?.sub).toBe(token.idTokenClaims?.sub)
  })

  it('tell of the login where max_age asks for it', async () => {
    const client = clientOf('signed-ES256')
    const browser = createBrowser()
    const first = await tokenOf(client, { browser, parameters: { max_age: '1000' } })
    expect(first.idTokenClaims?.auth_time).toEqual(expect.any(Number))
  })

  it('are refused where the code is exchanged for another nonce', async () => {
    const client = clientOf('signed-ES256')
    const { request, callback } = await logIn(client)
    await expect(client.exchangeCode(callback, { ...request, nonce: 'forged' })).rejects.toMatchObject({
      code: 'invalid_id_token',
      claim: 'nonce',
    })
  })

  it('are refused with another algorithm than is taken', async () => {
    const client = clientOf('signed-PS256', { idToken: idTokenValidator({ algs: ['RS256', 'ES256'] }) })
    await expect(tokenOf(client)).rejects.toMatchObject({ code: 'invalid_id_token' })
  })

  it('are refused where the issuer is written otherwise', async () => {
    const otherwise = { ...server, issuer: `${provider.issuer}/`, authorizationResponseIssParameterSupported: false }
    const client = clientOf('signed-ES256', { server: otherwise })
    const { request, callback } = await logIn(client)
    const unnamed = new URL(callback.url)
    unnamed.searchParams.delete('iss')
    await expect(client.exchangeCode(unnamed, request)).rejects.toMatchObject({
      code: 'invalid_id_token',
      claim: 'iss',
    })
  })

  it('of a public client, a confidential one and a session are judged alike', async () => {
    const client = createClient({ ...clients.basic, server, idToken: idTokenValidator() })
    const session = client.sessionSource({ token: await tokenOf(client) })
    expect((await session.token()).idTokenClaims).toMatchObject({ aud: 'basic-client', iss: provider.issuer })
  })
})
