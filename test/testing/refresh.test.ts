import { describe, expect, it } from 'vitest'
import { createMockAuthorizationServer, type MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { askResource, askToken, basic } from './wire.js'

const mockOf = (options: Partial<MockAuthorizationServerOptions> = {}) =>
  createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret: 's3cret', scope: 'read write' },
      { clientId: 'thief', clientSecret: 's3cret' },
    ],
    ...options,
  })
type Mock = ReturnType<typeof mockOf>

const web = basic('web', 's3cret')
const refresh = (mock: Mock, token: unknown, scope = '', headers = web) =>
  askToken(mock, { grant_type: 'refresh_token', refresh_token: `${token}`, scope }, headers)
const invalidGrant = { status: 400, json: { error: 'invalid_grant' } }

describe('with rotation', () => {
  it('a refresh gives a new pair, and the old access token lives on', async () => {
    const mock = mockOf()
    const { accessToken, refreshToken } = mock.issue({ clientId: 'web' })
    const { json } = await refresh(mock, refreshToken)
    expect(json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read write' })
    expect(json['refresh_token']).not.toBe(refreshToken)
    expect((await askResource(mock, json['access_token'])).status).toBe(200)
    expect((await askResource(mock, accessToken)).status).toBe(200)
    expect((await refresh(mock, json['refresh_token'])).status).toBe(200)
  })

  it('a used refresh token ends its family, access tokens too, and no other one', async () => {
    const mock = mockOf()
    const { accessToken, refreshToken } = mock.issue({ clientId: 'web' })
    const other = mock.issue({ clientId: 'web' })
    const { json } = await refresh(mock, refreshToken)
    expect(await refresh(mock, refreshToken)).toMatchObject(invalidGrant)
    expect(await refresh(mock, json['refresh_token'])).toMatchObject(invalidGrant)
    expect((await askResource(mock, json['access_token'])).status).toBe(401)
    expect((await askResource(mock, accessToken)).status).toBe(401)
    expect((await refresh(mock, other.refreshToken)).status).toBe(200)
  })

  it('one of two requests at once ends the family', async () => {
    const mock = mockOf()
    const { refreshToken } = mock.issue({ clientId: 'web' })
    const answers = await Promise.all([refresh(mock, refreshToken), refresh(mock, refreshToken)])
    expect(answers.map(({ status }) => status)).toEqual([200, 400])
    expect((await askResource(mock, answers[0].json['access_token'])).status).toBe(401)
  })
})

describe('with a grace period', () => {
  const graced = () => {
    const clock = fakeClock()
    const mock = mockOf({ clock, refreshTokenGracePeriod: 10 })
    return { clock, mock, refreshToken: mock.issue({ clientId: 'web' }).refreshToken }
  }

  it('a used refresh token gives the same successor again', async () => {
    const { clock, mock, refreshToken } = graced()
    const { json: first } = await refresh(mock, refreshToken)
    clock.set(clock.now() + 9999)
    const { status, json: second } = await refresh(mock, refreshToken)
    expect(status).toBe(200)
    expect(second['refresh_token']).toBe(first['refresh_token'])
    expect(second['access_token']).not.toBe(first['access_token'])
    expect((await refresh(mock, first['refresh_token'])).status).toBe(200)
  })

  it('a used refresh token ends its family afterwards', async () => {
    const { clock, mock, refreshToken } = graced()
    const { json } = await refresh(mock, refreshToken)
    clock.set(clock.now() + 10_000)
    expect(await refresh(mock, refreshToken)).toMatchObject(invalidGrant)
    expect(await refresh(mock, json['refresh_token'])).toMatchObject(invalidGrant)
  })

  it('a used refresh token ends its family once its successor was used too', async () => {
    const { mock, refreshToken } = graced()
    const { json } = await refresh(mock, refreshToken)
    const { json: next } = await refresh(mock, json['refresh_token'])
    expect(await refresh(mock, refreshToken)).toMatchObject(invalidGrant)
    expect(await refresh(mock, next['refresh_token'])).toMatchObject(invalidGrant)
  })

  it('nothing brings back a session that was revoked', async () => {
    const { mock, refreshToken = '' } = graced()
    await refresh(mock, refreshToken)
    mock.revoke(refreshToken)
    expect(await refresh(mock, refreshToken)).toMatchObject(invalidGrant)
  })
})

describe('without rotation', () => {
  it('a refresh gives no refresh token, and the old one works again', async () => {
    const mock = mockOf({ rotateRefreshTokens: false })
    const { refreshToken } = mock.issue({ clientId: 'web' })
    for (let time = 0; time < 2; time++) {
      const { status, json } = await refresh(mock, refreshToken)
      expect(status).toBe(200)
      expect(json).not.toHaveProperty('refresh_token')
    }
  })
})

describe('a refresh token', () => {
  it('is of one client, whose family another one cannot end', async () => {
    const mock = mockOf()
    const { refreshToken } = mock.issue({ clientId: 'web' })
    expect(await refresh(mock, refreshToken, '', basic('thief', 's3cret'))).toMatchObject(invalidGrant)
    const { json } = await refresh(mock, refreshToken)
    expect(await refresh(mock, refreshToken, '', basic('thief', 's3cret'))).toMatchObject(invalidGrant)
    expect((await askResource(mock, json['access_token'])).status).toBe(200)
  })

  it('must be there and be known', async () => {
    const mock = mockOf()
    expect(await refresh(mock, 'unknown')).toMatchObject(invalidGrant)
    expect(await refresh(mock, mock.issue({ clientId: 'web' }).accessToken)).toMatchObject(invalidGrant)
    expect(await refresh(mock, '')).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
  })

  it('lives as long as the mock is told, counted anew with each rotation', async () => {
    const clock = fakeClock()
    const mock = mockOf({ clock, refreshTokenLifetime: 100 })
    const { refreshToken, refreshTokenExpiresAt } = mock.issue({ clientId: 'web' })
    expect(refreshTokenExpiresAt).toBe(clock.now() + 100_000)
    clock.set(clock.now() + 99_999)
    const { json } = await refresh(mock, refreshToken)
    clock.set(clock.now() + 99_999)
    expect((await refresh(mock, json['refresh_token'])).status).toBe(200)
    const late = mock.issue({ clientId: 'web' })
    clock.set(clock.now() + 100_000)
    expect(await refresh(mock, late.refreshToken)).toMatchObject(invalidGrant)
  })

  it('lives without end otherwise', async () => {
    const clock = fakeClock()
    const mock = mockOf({ clock })
    const { refreshToken } = mock.issue({ clientId: 'web' })
    clock.set(clock.now() + 1e12)
    expect((await refresh(mock, refreshToken)).status).toBe(200)
  })
})

describe('the scope of a refresh', () => {
  it('may be narrower, for this access token alone', async () => {
    const mock = mockOf()
    const { json } = await refresh(mock, mock.issue({ clientId: 'web' }).refreshToken, 'read')
    expect(json['scope']).toBe('read')
    expect((await askResource(mock, json['access_token'], '?scope=write')).status).toBe(403)
    const wide = await refresh(mock, json['refresh_token'])
    expect(wide.json['scope']).toBe('read write')
  })

  it.each(['read admin', 'write', 'read  read'])('is refused where it is %j, and uses up nothing', async (scope) => {
    const mock = mockOf()
    const { refreshToken } = mock.issue({ clientId: 'web', scope: 'read' })
    expect(await refresh(mock, refreshToken, scope)).toMatchObject({ status: 400, json: { error: 'invalid_scope' } })
    expect((await refresh(mock, refreshToken)).status).toBe(200)
  })
})
