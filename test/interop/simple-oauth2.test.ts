import { AuthorizationCode, ClientCredentials, type Configuration } from 'simple-oauth2'
import { afterEach, describe, expect, it } from 'vitest'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { catchesMisuse, catchesTampering, catchesUnguardedLogin, type Program } from './misuse.js'
import { clients, type RunningMock, redirectUri, startMock, statusWith } from './mock.js'
import { challengeOf, newVerifier } from './pkce.js'
import { approve } from './user.js'

let running: RunningMock

const start = async (
  options?: Partial<MockAuthorizationServerOptions>,
  common?: Parameters<typeof startMock>[1],
): Promise<RunningMock> => {
  running = await startMock(options, common)
  return running
}

afterEach(() => running.close())

const pathOf = (url: string | undefined): string => new URL(`${url}`).pathname

interface Registration {
  readonly clientId: string
  readonly clientSecret: string
}

/** It does not discover: the paths are told. */
const configuration = (
  { clientId, clientSecret }: Registration,
  more: Pick<Configuration, 'options' | 'http'> = {},
): Configuration => {
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint } = running.server
  return {
    client: { id: clientId, secret: clientSecret },
    auth: {
      tokenHost: running.origin,
      tokenPath: pathOf(tokenEndpoint),
      authorizePath: pathOf(authorizationEndpoint),
      ...(revocationEndpoint !== undefined && { revokePath: pathOf(revocationEndpoint) }),
    },
    ...more,
  }
}

const codeClient = (
  registration: Registration = clients.confidential,
  more?: Pick<Configuration, 'options' | 'http'>,
) => new AuthorizationCode(configuration(registration, more))

const credentials = async (
  registration: Registration,
  options: NonNullable<Configuration['options']>,
  parameters = {},
) => {
  const { authorizePath: _, ...auth } = configuration(registration).auth
  const client = new ClientCredentials({ ...configuration(registration, { options }), auth })
  return (await client.getToken({ scope: 'read', ...parameters })).token
}

const codeOf = (callback: string): string => {
  const code = new URL(callback).searchParams.get('code')
  if (code === null) throw new Error(`there is no code in ${callback}`)
  return code
}

const logIn = async (client = codeClient()) => {
  const url = client.authorizeURL({ redirect_uri: redirectUri, scope: ['openid', 'read'], state: 'kept' })
  return client.getToken({ code: codeOf(await approve(url)), redirect_uri: redirectUri })
}

const bothTokens = ({ token }: { readonly token: Readonly<Record<string, unknown>> }) => ({
  accessToken: `${token['access_token']}`,
  refreshToken: `${token['refresh_token']}`,
})

/** What its HTTP client throws for an answer of 400 or more. */
const errorOf = (thrown: unknown): string | undefined => Object(thrown).data?.payload?.error

describe('simple-oauth2', () => {
  it('logs a user in without PKCE, which it does not have, and with a state, which the program checks', async () => {
    const { resource } = await start()
    const login = await logIn()
    expect(login.token).toMatchObject({ token_type: 'Bearer', scope: 'openid read', expires_at: expect.any(Date) })
    expect(login.expired()).toBe(false)
    expect(await statusWith(resource, bothTokens(login).accessToken)).toBe(200)
  })

  it('logs a user in with the challenge and the verifier of a program that makes them', async () => {
    const { mock } = await start()
    const client = codeClient()
    const verifier = newVerifier()
    const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
    const url = client.authorizeURL({ redirect_uri: redirectUri, ...challenge })
    const code = codeOf(await mock.authorize(url))
    const { token } = await client.getToken({ code, redirect_uri: redirectUri, code_verifier: verifier })
    expect(token['access_token']).toEqual(expect.any(String))
  })

  it('refreshes with rotation', async () => {
    await start()
    const first = await logIn()
    const second = await first.refresh({ scope: 'read' })
    expect(second.token['scope']).toBe('read')
    expect(bothTokens(second).refreshToken).not.toBe(bothTokens(first).refreshToken)
  })

  it('has client credentials by Basic, encoded as RFC 6749 wants it, and by the body', async () => {
    await start()
    for (const authorizationMethod of ['header', 'body'] as const) {
      expect((await credentials(clients.awkward, { authorizationMethod }))['scope']).toBe('read')
    }
  })

  it('sends raw Basic credentials where it is told to, for servers that do not decode them', async () => {
    await start()
    const raw = { credentialsEncodingMode: 'loose' } as const
    await expect(credentials(clients.awkward, raw)).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_client')
    await running.close()
    const server = { ...running.mock.server, basicEncoding: 'raw' } as const
    await start({ server })
    // A colon in the id cannot be sent raw (RFC 7617 §2).
    const { clientSecret } = clients.awkward
    await running.close()
    await start({ server, clients: [{ clientId: 'raw', clientSecret }] })
    expect((await credentials({ clientId: 'raw', clientSecret }, raw))['scope']).toBe('read')
  })

  it('is refused where it sends JSON, which RFC 6749 §4.4.2 does not know', async () => {
    await start()
    const asked = credentials(clients.confidential, { bodyFormat: 'json' })
    await expect(asked).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_request')
  })

  it('revokes both tokens where it is told not to want JSON, which RFC 7009 §2.2 does not promise', async () => {
    const { mock } = await start()
    const strict = await logIn()
    await expect(strict.revokeAll()).rejects.toThrow('not JSON compatible')
    const login = await logIn(codeClient(clients.confidential, { http: { json: true } }))
    await login.revokeAll()
    const revocations = mock.requests.filter(({ endpoint }) => endpoint === 'revocation')
    expect(revocations.map(({ status }) => status)).toEqual([200, 200, 200])
    await expect(login.refresh()).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_grant')
  })

  it('logs in at Smokeball, and has client credentials there with client_id in the body beside Basic', async () => {
    const { resource } = await start({ profile: 'smokeball' })
    const first = await logIn()
    expect(await statusWith(resource, bothTokens(first).accessToken)).toBe(200)
    // Cognito gives no new refresh token.
    expect((await first.refresh()).token['refresh_token']).toBeUndefined()
    const without = credentials(clients.confidential, {})
    await expect(without).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_request')
    const { clientId: client_id } = clients.confidential
    expect((await credentials(clients.confidential, {}, { client_id }))['access_token']).toEqual(expect.any(String))
  })

  it('logs in at miwa, whose answer is two tokens alone, and refreshes with rotation', async () => {
    await start({ profile: 'miwa' }, [clients.confidential])
    const body = { authorizationMethod: 'body' } as const
    const first = await logIn(codeClient(clients.confidential, { options: body }))
    expect(Object.keys(first.token)).toEqual(['access_token', 'refresh_token'])
    const second = await first.refresh()
    expect(bothTokens(second).refreshToken).not.toBe(bothTokens(first).refreshToken)
    expect((await credentials(clients.confidential, body))['expires_in']).toBe(3600)
  })

  describe('misused', () => {
    const program = async (): Promise<Program> => {
      const { resource } = await start()
      const client = codeClient()
      return {
        resource,
        login: async () => {
          const verifier = newVerifier()
          const state = 'kept'
          const challenge = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' }
          const url = client.authorizeURL({ redirect_uri: redirectUri, state, ...challenge })
          return { callback: await approve(url), verifier, state }
        },
        exchange: async ({ callback, verifier }, wrong = {}) => {
          const { clientSecret } = wrong
          const mine = clientSecret ? codeClient({ clientId: 'web', clientSecret }) : client
          const sender = wrong.client ? codeClient(clients.another) : mine
          const sent = wrong.verifier === 'another' ? newVerifier() : verifier
          const login = await sender.getToken({
            ...{ code: codeOf(callback), redirect_uri: wrong.redirectUri ?? redirectUri },
            ...(wrong.verifier !== 'none' && { code_verifier: sent }),
          })
          return bothTokens(login)
        },
        refresh: async (refreshToken) =>
          bothTokens(await client.createToken({ access_token: '', refresh_token: refreshToken }).refresh()),
        errorOf,
      }
    }
    catchesMisuse(program)
    catchesUnguardedLogin(async () => {
      await start()
      return codeClient().authorizeURL({ redirect_uri: redirectUri })
    })
    catchesTampering(program, () => running.mock, {
      unsent_state: 'mock',
      no_state: 'mock',
      no_issuer: 'mock',
      injected_code: 'mock',
      repeated_code: 'mock',
    })
  })
})
