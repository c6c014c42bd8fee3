import { createPublicKey } from 'node:crypto'
import {
  ClientAuthentication,
  CodeChallengeMethod,
  type Credentials,
  gaxios,
  IdentityPoolClient,
  OAuth2Client,
  UserRefreshClient,
} from 'google-auth-library'
import { afterEach, describe, expect, it } from 'vitest'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { catchesMisuse, catchesTampering, catchesUnguardedLogin, type Program } from './misuse.js'
import { clients, type RunningMock, redirectUri, startMock, statusWith } from './mock.js'
import { challengeOf, newVerifier } from './pkce.js'
import { approve } from './user.js'

let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  running = await startMock(options)
  return running
}

afterEach(() => running.close())

interface Registration {
  readonly clientId: string
  readonly clientSecret?: string
}

const endpoints = () => {
  const { authorizationEndpoint, tokenEndpoint, revocationEndpoint } = running.server
  return {
    oauth2AuthBaseUrl: `${authorizationEndpoint}`,
    oauth2TokenUrl: tokenEndpoint,
    oauth2RevokeUrl: `${revocationEndpoint}`,
  }
}

const clientOf = (
  registration: Registration = clients.confidential,
  clientAuthentication = registration.clientSecret === undefined
    ? ClientAuthentication.None
    : ClientAuthentication.ClientSecretPost,
): OAuth2Client =>
  new OAuth2Client({
    ...{ ...registration, redirectUri, clientAuthentication },
    ...{ endpoints: endpoints(), issuers: [running.origin] },
  })

const codeOf = (callback: string): string => {
  const code = new URL(callback).searchParams.get('code')
  if (code === null) throw new Error(`there is no code in ${callback}`)
  return code
}

const logIn = async (client: OAuth2Client): Promise<Credentials> => {
  const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync()
  const url = client.generateAuthUrl({
    ...{ access_type: 'offline', prompt: 'consent', scope: ['openid', 'read'], state: 'kept' },
    ...{ code_challenge: `${codeChallenge}`, code_challenge_method: CodeChallengeMethod.S256 },
  })
  const { tokens } = await client.getToken({ code: codeOf(await approve(url)), codeVerifier })
  client.setCredentials(tokens)
  return tokens
}

const bothTokens = ({ access_token: accessToken, refresh_token: refreshToken }: Credentials) => ({
  accessToken: `${accessToken}`,
  refreshToken: `${refreshToken}`,
})

/** It would go on with the refresh token that it has used. */
const keepRotated = (client: OAuth2Client): void => {
  client.on('tokens', ({ refresh_token: refreshToken }) => {
    if (refreshToken) client.setCredentials({ ...client.credentials, refresh_token: refreshToken })
  })
}

const errorOf = (thrown: unknown): string | undefined =>
  thrown instanceof gaxios.GaxiosError ? Object(thrown.response?.data).error : undefined

/** The mock's keys as Google publishes its own for Node: PEM by key id, beside the JWK set. */
const pemKeys = async (): Promise<Readonly<Record<string, string>>> => {
  const { keys } = await (await fetch(`${running.server.jwksUri}`)).json()
  return Object.fromEntries(
    keys.map((key: Readonly<Record<string, string>>) => [
      key['kid'],
      createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }),
    ]),
  )
}

describe.each([['google'], [undefined]] as const)('google-auth-library against the profile %s', (profile) => {
  const begin = (options: Partial<MockAuthorizationServerOptions> = {}) =>
    start({ ...(profile && { profile }), ...options })

  it('logs a user in with PKCE, as a public client too, and calls an API with the token', async () => {
    const { resource } = await begin()
    for (const registration of [clients.confidential, clients.public]) {
      const client = clientOf(registration)
      const tokens = await logIn(client)
      expect(tokens).toMatchObject({ scope: 'openid read', expiry_date: expect.any(Number) })
      const { data } = await client.request({ url: resource })
      expect(data).toMatchObject({ clientId: registration.clientId, scope: 'openid read' })
    }
  })

  it('verifies the ID token with the keys of the mock, handed to it as the PEM texts that it reads in Node', async () => {
    await begin()
    const client = clientOf()
    const { id_token: idToken } = await logIn(client)
    const verify = async (audience: string) =>
      client.verifySignedJwtWithCertsAsync(`${idToken}`, await pemKeys(), audience, [running.origin])
    expect((await verify('web')).getPayload()).toMatchObject({ sub: 'user', aud: 'web' })
    await expect(verify('another')).rejects.toThrow('Wrong recipient')
    running.mock.rotateKeys({ keepOld: false })
    await expect(verify('web')).rejects.toThrow('No pem found')
  })

  it('renews by itself where the resource refuses its token, if it is told to', async () => {
    const { mock, resource } = await begin()
    const client = clientOf()
    client.forceRefreshOnFailure = true
    const { access_token: accessToken } = await logIn(client)
    mock.revoke(`${accessToken}`)
    expect((await client.request({ url: resource })).status).toBe(200)
    expect(client.credentials.access_token).not.toBe(accessToken)
  })

  it('renews from a refresh token that is stored', async () => {
    const { mock } = await begin()
    const { refreshToken } = mock.issue({ clientId: 'web', scope: 'read' })
    const { clientId, clientSecret } = clients.confidential
    const client = new UserRefreshClient({
      ...{ clientId, clientSecret, endpoints: endpoints() },
      ...(refreshToken !== undefined && { refreshToken }),
    })
    expect((await client.getAccessToken()).token).toEqual(expect.any(String))
  })

  it('sends Basic credentials raw, which a server that decodes them refuses where it matters', async () => {
    await begin()
    const url = (client: OAuth2Client) => client.generateAuthUrl({ scope: 'read', state: 'kept' })
    const exchange = async (registration: Registration) => {
      const client = clientOf(registration, ClientAuthentication.ClientSecretBasic)
      return client.getToken({ code: codeOf(await approve(url(client))) })
    }
    expect((await exchange(clients.confidential)).tokens.access_token).toEqual(expect.any(String))
    await expect(exchange(clients.awkward)).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_client')
    const { clientSecret } = clients.awkward
    const raw = { clientId: 'raw', clientSecret, redirectUris: [redirectUri] }
    const { server } = running.mock
    await running.close()
    await start({ server: { ...server, basicEncoding: 'raw' }, clients: [raw] })
    expect((await exchange(raw)).tokens.access_token).toEqual(expect.any(String))
  })
})

describe('google-auth-library', () => {
  it('keeps its refresh token at Google, where a refresh gives no other', async () => {
    await start({ profile: 'google' })
    const client = clientOf()
    const { refresh_token: refreshToken } = await logIn(client)
    const { credentials } = await client.refreshAccessToken()
    expect(credentials.refresh_token).toBe(refreshToken)
  })

  it('gets no refresh token at Google without access_type=offline', async () => {
    await start({ profile: 'google' })
    const client = clientOf()
    const url = client.generateAuthUrl({ scope: 'read', access_type: 'online', state: 'kept' })
    const { tokens } = await client.getToken({ code: codeOf(await approve(url)) })
    expect(tokens).not.toHaveProperty('refresh_token')
  })

  it('revokes by a token in the query, which Google takes and RFC 7009 §2.1 does not know', async () => {
    const { resource } = await start({ profile: 'google' })
    const client = clientOf()
    const { accessToken, refreshToken } = bothTokens(await logIn(client))
    await client.revokeCredentials()
    expect(await statusWith(resource, accessToken)).toBe(401)
    client.setCredentials({ refresh_token: refreshToken })
    await expect(client.refreshAccessToken()).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_grant')
    await expect(client.revokeToken('made-up')).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_token')
    await running.close()
    await start()
    const generic = clientOf()
    await logIn(generic)
    await expect(generic.revokeCredentials()).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_request')
  })

  it('drops a refresh token that rotated (RFC 6749 §6), unless its program takes it from the event `tokens`', async () => {
    await start()
    for (const takes of [false, true]) {
      const client = clientOf()
      if (takes) keepRotated(client)
      await logIn(client)
      await client.refreshAccessToken()
      const again = client.refreshAccessToken()
      if (takes) expect((await again).credentials.refresh_token).toEqual(expect.any(String))
      else await expect(again).rejects.toSatisfy((thrown) => errorOf(thrown) === 'invalid_grant')
    }
  })

  it('exchanges the token of a workload for another (RFC 8693)', async () => {
    const { mock, server, resource } = await start()
    const { accessToken } = mock.issue({ clientId: 'other', subject: 'workload', scope: 'read' })
    const { clientId, clientSecret } = clients.confidential
    const client = new IdentityPoolClient({
      type: 'external_account',
      audience: 'https://api.test',
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_url: server.tokenEndpoint,
      client_id: clientId,
      client_secret: clientSecret,
      subject_token_supplier: { getSubjectToken: async () => accessToken },
      scopes: ['read'],
    })
    client.scopes = ['read']
    const { data } = await client.request({ url: resource })
    expect(data).toMatchObject({ clientId: 'web', subject: 'workload', scope: 'read' })
  })

  describe('misused', () => {
    const program = async (): Promise<Program> => {
      const { resource } = await start()
      const client = clientOf()
      return {
        resource,
        login: async () => {
          const verifier = newVerifier()
          const url = client.generateAuthUrl({
            ...{ scope: 'read', state: 'kept', code_challenge: challengeOf(verifier) },
            code_challenge_method: CodeChallengeMethod.S256,
          })
          return { callback: await approve(url), verifier, state: 'kept' }
        },
        exchange: async ({ callback, verifier }, wrong = {}) => {
          const { clientSecret } = wrong
          const mine = clientSecret ? clientOf({ clientId: 'web', clientSecret }) : client
          const sender = wrong.client ? clientOf(clients.another) : mine
          const codeVerifier = wrong.verifier === 'another' ? newVerifier() : verifier
          const { tokens } = await sender.getToken({
            code: codeOf(callback),
            ...(wrong.verifier !== 'none' && { codeVerifier }),
            ...(wrong.redirectUri !== undefined && { redirect_uri: wrong.redirectUri }),
          })
          return bothTokens(tokens)
        },
        refresh: async (refreshToken) => {
          const renewing = clientOf()
          keepRotated(renewing)
          renewing.setCredentials({ refresh_token: refreshToken })
          const { credentials } = await renewing.refreshAccessToken()
          return bothTokens(credentials)
        },
        errorOf,
      }
    }
    catchesMisuse(program)
    catchesUnguardedLogin(async () => {
      await start()
      return clientOf().generateAuthUrl({ scope: 'read' })
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
