import {
  type OAuth2Token as BothTokens,
  generateCodeVerifier,
  OAuth2Client,
  OAuth2Fetch,
  OAuth2HttpError,
} from '@badgateway/oauth2-client'
import { afterEach, describe, expect, it } from 'vitest'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { catchesMisuse, catchesTampering, catchesUnguardedLogin, type Program } from './misuse.js'
import { clients, type RunningMock, redirectUri, startMock, statusWith } from './mock.js'
import { approve } from './user.js'

let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  running = await startMock(options)
  return running
}

afterEach(() => running.close())

type Settings = ConstructorParameters<typeof OAuth2Client>[0]

/** Discovers the server when it first sends something. */
const clientOf = (settings: Partial<Settings> = clients.confidential): OAuth2Client =>
  new OAuth2Client({ clientId: 'web', server: running.origin, ...settings })

const scope = ['openid', 'read']

const logIn = async (client: OAuth2Client): Promise<BothTokens> => {
  const codeVerifier = await generateCodeVerifier()
  const sent = { redirectUri, state: 'kept', codeVerifier }
  const callback = await approve(await client.authorizationCode.getAuthorizeUri({ ...sent, scope }))
  return client.authorizationCode.getTokenFromCodeRedirect(callback, sent)
}

const bothTokens = ({ accessToken, refreshToken }: BothTokens) => {
  if (refreshToken === null) throw new Error('there is no refresh token')
  return { accessToken, refreshToken }
}

describe('@badgateway/oauth2-client', () => {
  it('discovers the server by RFC 8414, and logs a user in with PKCE and state', async () => {
    const { mock, resource } = await start()
    for (const client of [clients.confidential, clients.public]) {
      const token = await logIn(clientOf(client))
      expect(token).toMatchObject({ scope, idToken: expect.any(String) })
      expect(await statusWith(resource, token.accessToken)).toBe(200)
    }
    expect(mock.requests[0]?.url).toBe(`${running.origin}/.well-known/oauth-authorization-server`)
  })

  it('logs in without PKCE as a confidential client', async () => {
    await start()
    const { authorizationCode } = clientOf()
    const callback = await approve(await authorizationCode.getAuthorizeUri({ redirectUri, state: 'kept' }))
    const token = await authorizationCode.getTokenFromCodeRedirect(callback, { redirectUri, state: 'kept' })
    expect(token.refreshToken).toEqual(expect.any(String))
  })

  it('refreshes with rotation, as a public client too', async () => {
    await start()
    for (const registration of [clients.confidential, clients.public]) {
      const client = clientOf(registration)
      const first = bothTokens(await logIn(client))
      const second = await client.refreshToken({ ...first, expiresAt: null }, { scope: ['read'] })
      expect(second.scope).toEqual(['read'])
      expect(second.refreshToken).not.toBe(first.refreshToken)
    }
  })

  it('has client credentials by Basic, encoded as RFC 6749 wants it, and by the body', async () => {
    await start()
    for (const authenticationMethod of ['client_secret_basic', 'client_secret_post'] as const) {
      const client = clientOf({ ...clients.awkward, authenticationMethod })
      expect((await client.clientCredentials({ scope: ['read'] })).scope).toEqual(['read'])
    }
  })

  it('encodes Basic credentials otherwise than RFC 6749 unless told or discovered, which is refused where it matters', async () => {
    await start()
    const tokenEndpoint = running.server.tokenEndpoint
    // Without discovery its default is an encoding of the colon alone.
    const client = new OAuth2Client({ ...clients.awkward, tokenEndpoint })
    await expect(client.clientCredentials()).rejects.toMatchObject({ oauth2Code: 'invalid_client', httpCode: 401 })
    const plain = new OAuth2Client({ ...clients.confidential, tokenEndpoint })
    expect((await plain.clientCredentials()).accessToken).toEqual(expect.any(String))
  })

  it('names the resource that its token is for', async () => {
    const { resource, origin } = await start()
    const client = clientOf()
    const mine = await client.clientCredentials({ resource })
    const another = await client.clientCredentials({ resource: [`${origin}/one`, `${origin}/two`] })
    expect(await statusWith(resource, mine.accessToken)).toBe(200)
    expect(await statusWith(resource, another.accessToken)).toBe(401)
  })

  it('introspects and revokes tokens', async () => {
    await start()
    const client = clientOf()
    const token = await logIn(client)
    expect(await client.introspect(token)).toMatchObject({ active: true, client_id: 'web', scope: 'openid read' })
    await client.revoke(token, 'refresh_token')
    expect(await client.introspect(token)).toEqual({ active: false })
  })

  it('fetches with a token that it renews where the resource refuses it', async () => {
    const { mock, resource } = await start()
    const client = clientOf()
    const token = await logIn(client)
    mock.revoke(token.accessToken)
    const kept: BothTokens[] = []
    const wrapper = new OAuth2Fetch({
      client,
      scheduleRefresh: false,
      getNewToken: () => null,
      getStoredToken: () => token,
      storeToken: (stored) => kept.push(stored),
    })
    expect((await wrapper.fetch(resource)).status).toBe(200)
    expect(kept.at(-1)?.refreshToken).not.toBe(token.refreshToken)
  })

  it('is told that the mock has no password grant, which RFC 9700 §2.4 forbids', async () => {
    await start()
    const asked = clientOf().password({ username: 'ada', password: 'guess' })
    await expect(asked).rejects.toMatchObject({ oauth2Code: 'unsupported_grant_type' })
  })

  it('is told nothing by introspection as a public client', async () => {
    await start()
    const client = clientOf(clients.public)
    const token = await logIn(client)
    await expect(client.introspect(token)).rejects.toMatchObject({ oauth2Code: 'invalid_client' })
  })

  it('refuses a callback that lost its state', async () => {
    const { mock } = await start()
    const { authorizationCode } = clientOf()
    const callback = await approve(await authorizationCode.getAuthorizeUri({ redirectUri, state: 'kept' }))
    const exchanged = authorizationCode.getTokenFromCodeRedirect(callback, { redirectUri, state: 'another' })
    await expect(exchanged).rejects.toThrow('"state"')
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toEqual([])
  })

  describe('misused', () => {
    const program = async (): Promise<Program> => {
      const { resource } = await start()
      const client = clientOf()
      return {
        resource,
        login: async () => {
          const verifier = await generateCodeVerifier()
          const state = 'kept'
          const url = await client.authorizationCode.getAuthorizeUri({ redirectUri, state, codeVerifier: verifier })
          return { callback: await approve(url), verifier, state }
        },
        exchange: async ({ callback, verifier, state }, wrong = {}) => {
          const { clientSecret } = wrong
          const mine = clientSecret ? clientOf({ clientSecret }) : client
          const sender = wrong.client ? clientOf(clients.another) : mine
          const sent = wrong.verifier === 'another' ? await generateCodeVerifier() : verifier
          const token = await sender.authorizationCode.getTokenFromCodeRedirect(callback, {
            ...{ redirectUri: wrong.redirectUri ?? redirectUri, state },
            ...(wrong.verifier !== 'none' && { codeVerifier: sent }),
          })
          return bothTokens(token)
        },
        refresh: async (refreshToken) =>
          bothTokens(await client.refreshToken({ accessToken: '', refreshToken, expiresAt: null })),
        errorOf: (thrown) => (thrown instanceof OAuth2HttpError ? thrown.oauth2Code : undefined),
      }
    }
    catchesMisuse(program)
    catchesUnguardedLogin(async () => {
      await start()
      return clientOf().authorizationCode.getAuthorizeUri({ redirectUri })
    })
    catchesTampering(program, () => running.mock, {
      unsent_state: 'client',
      no_state: 'client',
      no_issuer: 'mock',
      injected_code: 'mock',
      repeated_code: 'mock',
    })
  })
})
