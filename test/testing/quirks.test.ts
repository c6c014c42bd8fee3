import { describe, expect, it } from 'vitest'
import type { AuthorizationServer } from '../../src/index.js'
import { miwa, smokeball } from '../../src/providers/index.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { askToken, basic, callbackOf } from './wire.js'

const clients = [{ clientId: 'web', clientSecret: 's3cret', redirectUris: ['https://app.test/callback'] }]
const credentials = basic('web', 's3cret')
const grant = { grant_type: 'client_credentials' }

const server: AuthorizationServer = {
  authorizationEndpoint: 'https://as.example.com/authorize',
  tokenEndpoint: 'https://as.example.com/token',
}

const mockOf = (options: Partial<MockAuthorizationServerOptions>) =>
  createMockAuthorizationServer({ clients, clock: createManualClock(), ...options })

describe('the facts of a server', () => {
  it('are those of the client: how long its tokens live', async () => {
    const mock = mockOf({ server: { ...server, defaultExpiresIn: 90, defaultRefreshTokenExpiresIn: 600 } })
    expect((await askToken(mock, grant, credentials)).json).toMatchObject({ expires_in: 90 })
    const { expiresAt = 0, refreshTokenExpiresAt = 0 } = mock.issue({ clientId: 'web' })
    expect(refreshTokenExpiresAt - expiresAt).toBe(510_000)
  })

  it('say what a refresh token wants', async () => {
    const mock = mockOf({ server: { ...server, offlineAccessParameters: { scope: 'offline_access' } } })
    const exchanged = async (scope: string) => {
      const { code = '' } = await callbackOf(mock, { client_id: 'web', response_type: 'code', scope, state: 'x' })
      return (await askToken(mock, { grant_type: 'authorization_code', code }, credentials)).json
    }
    expect(await exchanged('read')).not.toHaveProperty('refresh_token')
    expect(await exchanged('read offline_access')).toHaveProperty('refresh_token')
  })

  it('say that client_id is wanted in the body beside Basic', async () => {
    const mock = mockOf({ server: { ...server, basicClientIdInBody: true } })
    expect((await askToken(mock, grant, credentials)).json).toMatchObject({ error: 'invalid_request' })
    expect((await askToken(mock, { ...grant, client_id: 'web' }, credentials)).status).toBe(200)
  })

  it('forgive a refresh token that comes twice, if they say so', async () => {
    const again = async (refreshTokenReuse: { refreshTokenReuse?: 'grace' }) => {
      const mock = mockOf({ server: { ...server, ...refreshTokenReuse } })
      const { refreshToken = '' } = mock.issue({ clientId: 'web' })
      const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
      await askToken(mock, form, credentials)
      return (await askToken(mock, form, credentials)).status
    }
    expect(await again({})).toBe(400)
    expect(await again({ refreshTokenReuse: 'grace' })).toBe(200)
  })

  it('are shared with the mocks of the services', () => {
    const issued = mockOf({ profile: 'miwa' }).issue({ clientId: 'web' })
    const { defaultExpiresIn = 0, defaultRefreshTokenExpiresIn = 0 } = miwa
    const { expiresAt = 0, refreshTokenExpiresAt = 0 } = issued
    expect(refreshTokenExpiresAt - expiresAt).toBe((defaultRefreshTokenExpiresIn - defaultExpiresIn) * 1000)
    expect(mockOf({ profile: 'smokeball' }).server).toEqual(smokeball)
  })
})

describe('quirks', () => {
  it('make a service of your own', async () => {
    const mock = mockOf({
      server,
      quirks: { tokenType: 'bearer', scopeInAnswer: 'never', answerFields: { region: 'eu' }, errorDescriptions: false },
    })
    const { json } = await askToken(mock, { ...grant, scope: 'read' }, credentials)
    expect(json).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 3600, region: 'eu' })
    expect((await askToken(mock, grant, basic('web', 'wrong'))).json).toEqual({ error: 'invalid_client' })
  })

  it('change a service that has a profile', async () => {
    const mock = mockOf({ profile: 'smokeball', quirks: { refusals: { wrong_secret: { status: 403, error: 'no' } } } })
    const answer = await askToken(mock, { ...grant, client_id: 'web' }, basic('web', 'wrong'))
    expect([answer.status, answer.json]).toEqual([403, { error: 'no' }])
  })

  it('are checked, as they may come from a file', () => {
    const quirks = (given: object) => () => mockOf({ quirks: given })
    expect(quirks({ tokenTyp: 'x' })).toThrow('quirks.tokenTyp is no field: is tokenType meant?')
    expect(quirks({ accessTokenLifetime: 1 })).toThrow('quirks.accessTokenLifetime is no field')
    expect(quirks({ tokenType: undefined })).toThrow('quirks.tokenType is undefined')
  })
})
