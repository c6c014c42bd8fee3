import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDPoP, type DPoPOptions, storedKey } from '../../src/dpop/index.js'
import { type AuthorizationServer, bearerFetch, createClient, discover, memoryStore } from '../../src/index.js'
import { proofIn } from '../dpop/proofs.ts'
import { failureOf } from '../fixtures/failure-of.js'
import { logIn, statusWith, tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe.each([false, true])('DPoP at a certified server, which wants nonces: %s', (dpopNonces) => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ dpopNonces })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())

  /** A client with a key, and what came of the proofs that it sent to the token endpoint. */
  const clientWith = (credentials: { readonly clientId: string }, options: DPoPOptions = {}) => {
    const proofs: { readonly nonce: unknown; readonly status: number }[] = []
    const dpop = createDPoP(options)
    const client = createClient({
      ...credentials,
      server,
      dpop,
      fetch: async (url, init) => {
        const answer = await fetch(url, init)
        const nonce = proofIn(new Headers(init?.headers).get('dpop'))?.claims['nonce']
        proofs.push({ nonce, status: answer.status })
        return answer
      },
    })
    return { client, dpop, proofs }
  }
  const apiOf = (source: Parameters<typeof bearerFetch>[0]) =>
    bearerFetch(source, { origins: [new URL(provider.resource).origin] })

  it('is announced', () => {
    expect(server.dpopSigningAlgValuesSupported).toContain('ES256')
  })

  it.each(['ES256', 'EdDSA'] as const)('binds what client credentials get with a key for %s', async (alg) => {
    const { client, dpop, proofs } = clientWith(clients.basic, { alg })
    const source = client.clientCredentialsSource({ scope: 'read' })
    const token = await source.token()
    expect(token).toMatchObject({ tokenType: 'DPoP', keyThumbprint: await dpop.thumbprint() })
    expect((await apiOf(source)(provider.resource)).status).toBe(200)
    // Whoever steals it cannot use it.
    expect(await statusWith(provider.resource, token)).toBe(401)
    const statuses = proofs.map(({ status }) => status)
    expect(statuses).toEqual(dpopNonces ? [400, 200] : [200])
    expect(proofs.map(({ nonce }) => typeof nonce)).toEqual(dpopNonces ? ['undefined', 'string'] : ['undefined'])
  })

  it('binds the code of a public client, its tokens, and what comes of them', async () => {
    const { client, dpop } = clientWith(clients.public)
    const token = await tokenOf(client)
    expect(token).toMatchObject({ tokenType: 'DPoP', keyThumbprint: await dpop.thumbprint() })
    const session = client.sessionSource({ token })
    const api = apiOf(session)
    expect((await api(`${provider.resource}?scope=write`, { method: 'POST', body: 'b' })).status).toBe(200)
    const renewed = await session.token({ rejected: await session.token() })
    expect(renewed.accessToken).not.toBe(token.accessToken)
    expect((await api(provider.resource)).status).toBe(200)
    // The refresh token alone is of no use to a thief.
    const thief = clientWith(clients.public).client
    expect(await failureOf(thief.refresh(`${renewed.refreshToken}`))).toMatchObject({ error: 'invalid_grant' })
  })

  it('does not give the code to a thief who has the verifier too', async () => {
    const { client } = clientWith(clients.public)
    const { callback, request } = await logIn(client)
    const { keyThumbprint: _, ...stolen } = request
    const thief = clientWith(clients.public).client
    expect(await failureOf(thief.exchangeCode(callback, stolen))).toMatchObject({ error: 'invalid_grant' })
  })

  it('proves at userinfo too, with the nonce that is wanted there', async () => {
    const { client } = clientWith(clients.public)
    const token = await tokenOf(client)
    expect((await client.userinfo(token, { subject: 'ada' })).subject).toBe('ada')
    const thief = clientWith(clients.public).client
    expect((await failureOf(thief.userinfo(token))).code).toBe('invalid_argument')
    const { keyThumbprint: _, ...stolen } = token
    expect(await failureOf(thief.userinfo(stolen))).toMatchObject({ code: 'error_response', status: 401 })
  })

  it('lets a confidential client renew with another key', async () => {
    const token = await tokenOf(clientWith(clients.basic).client)
    const { client, dpop } = clientWith(clients.basic)
    expect((await client.refresh(token)).keyThumbprint).toBe(await dpop.thumbprint())
  })

  it('of a session that two processes of a public client share, with the key beside it in the store', async () => {
    const store = memoryStore()
    const processOf = () => {
      const { client } = clientWith(clients.public, { key: storedKey(store, 'key') })
      return { client, session: client.sessionSource({ store, key: 'user' }) }
    }
    const [one, other] = [processOf(), processOf()]
    await one.session.replace(await tokenOf(one.client))
    expect((await apiOf(other.session)(provider.resource)).status).toBe(200)
    await other.session.token({ rejected: await other.session.token() })
    expect((await apiOf(one.session)(provider.resource)).status).toBe(200)
    const sent = provider.refreshes.sent.at(-1)
    expect(new Set(provider.refreshes.sent.filter((token) => token === sent)).size).toBe(1)
  })

  it('of processes that share the session and not the key ends no session, and says why', async () => {
    const store = memoryStore()
    const [one, other] = [clientWith(clients.public).client, clientWith(clients.public).client]
    const ours = one.sessionSource({ store, key: 'user' })
    const theirs = other.sessionSource({ store, key: 'user' })
    await ours.replace(await tokenOf(one))
    const rejected = await theirs.token()
    const failure = await failureOf(apiOf(theirs)(provider.resource))
    expect(failure).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('another key') })
    // The token that is still good is served, and the refresh token was not sent.
    const before = provider.refreshes.sent.length
    await theirs.token({ rejected })
    expect(provider.refreshes.sent.length).toBe(before)
    expect((await apiOf(ours)(provider.resource)).status).toBe(200)
  })
})
