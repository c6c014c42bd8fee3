import { describe, expect, it } from 'vitest'
import { createDPoP } from '../../src/dpop/index.js'
import { createClient } from '../../src/index.js'
import {
  createManualClock,
  createMockAuthorizationServer,
  type MockAuthorizationServer,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { askDeviceAuthorization, askResource, askToken, basic } from './wire.js'

const setUp = (options: { readonly deviceCodeLifetime?: number; readonly deviceInterval?: number } = {}) => {
  const clock = createManualClock()
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'tv', scope: 'read write' },
      { clientId: 'web', clientSecret: 's3cret' },
      { clientId: 'other' },
      { clientId: 'page', grantTypes: ['authorization_code'] },
    ],
    clock,
    ...options,
  })
  return { clock, mock }
}

const begin = async (mock: MockAuthorizationServer, scope = 'read') => {
  const { json } = await askDeviceAuthorization(mock, { client_id: 'tv', scope })
  return { deviceCode: `${json['device_code']}`, userCode: `${json['user_code']}` }
}
const poll = (mock: MockAuthorizationServer, deviceCode: string, clientId = 'tv') =>
  askToken(mock, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    client_id: clientId,
  })
const refused = (error: string) => ({ status: 400, json: { error } })

describe('the device authorization endpoint', () => {
  it('answers two codes, and where to take one of them (RFC 8628 §3.2)', async () => {
    const { status, headers, json } = await askDeviceAuthorization(setUp().mock, { client_id: 'tv', scope: 'read' })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json).toEqual({
      device_code: expect.stringMatching(/^device-/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'https://as.test/device',
      verification_uri_complete: `https://as.test/device?user_code=${json['user_code']}`,
      expires_in: 600,
      interval: 5,
    })
  })

  it.each([
    ['no client', {}, {}, 401, 'invalid_client'],
    ['a confidential client without its secret', { client_id: 'web' }, {}, 401, 'invalid_client'],
    ['a wrong secret', {}, basic('web', 'wrong'), 401, 'invalid_client'],
    ['a client that may not use this grant', { client_id: 'page' }, {}, 400, 'unauthorized_client'],
    ['a scope that the client may not have', { client_id: 'tv', scope: 'admin' }, {}, 400, 'invalid_scope'],
  ])('refuses %s', async (_, form, headers, status, error) => {
    expect(await askDeviceAuthorization(setUp().mock, form, headers)).toMatchObject({ status, json: { error } })
  })

  it.each(['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'] as const)(
    'leaves polls to the faults of their own grant: %s',
    async (grantType) => {
      const { mock } = setUp()
      const { deviceCode } = await begin(mock)
      mock.fault('token', { type: 'status', status: 503 }, { grantType })
      expect((await poll(mock, deviceCode)).status).toBe(grantType === 'authorization_code' ? 400 : 503)
    },
  )

  it.each([
    ['https://as.test/auth/device', 'https://as.test/auth/verification'],
    ['https://as.test/device?tenant=a/b', 'https://as.test/verification'],
    ['https://as.test/device/code?tenant=a/b', 'https://as.test/device/device'],
  ])('sends the user to another page than itself: %s', async (deviceAuthorizationEndpoint, page) => {
    const clients = [{ clientId: 'tv', grantTypes: ['urn:ietf:params:oauth:grant-type:device_code'] }]
    const server = { tokenEndpoint: 'https://as.test/token', deviceAuthorizationEndpoint }
    const mock = createMockAuthorizationServer({ clients, server })
    const body = new URLSearchParams({ client_id: 'tv' })
    const answer = await mock.fetch(deviceAuthorizationEndpoint.replace(/\?.*/, ''), { method: 'POST', body })
    const { verification_uri } = (await answer.json()) as { readonly verification_uri: string }
    expect(verification_uri).toBe(page)
    expect((await mock.fetch(verification_uri)).status).toBe(200)
  })

  it('may misbehave, so that it names no interval', async () => {
    const { mock } = setUp()
    mock.fault('device_authorization', { type: 'fields', fields: { interval: undefined } })
    expect((await askDeviceAuthorization(mock, { client_id: 'tv' })).json).not.toHaveProperty('interval')
  })
})

describe('the device code grant', () => {
  it('is pending until the user has approved, and then gives tokens once', async () => {
    const { clock, mock } = setUp()
    const { deviceCode, userCode } = await begin(mock)
    expect(await poll(mock, deviceCode)).toMatchObject(refused('authorization_pending'))
    mock.approveDevice(userCode.toLowerCase().replace('-', ' '), { user: 'ada' })
    await clock.advance(5000)
    const { status, json } = await poll(mock, deviceCode)
    expect([status, json['scope']]).toEqual([200, 'read'])
    expect((await askResource(mock, json['access_token'])).json).toEqual({
      clientId: 'tv',
      subject: 'ada',
      scope: 'read',
    })
    // Used again, it ends what it gave.
    await clock.advance(5000)
    expect(await poll(mock, deviceCode)).toMatchObject(refused('invalid_grant'))
    expect((await askResource(mock, json['access_token'])).status).toBe(401)
  })

  it('tells who polls too fast to slow down, by 5 seconds each time', async () => {
    const { clock, mock } = setUp()
    const { deviceCode, userCode } = await begin(mock)
    await poll(mock, deviceCode)
    await clock.advance(4999)
    expect(await poll(mock, deviceCode)).toMatchObject(refused('slow_down'))
    mock.approveDevice(userCode)
    await clock.advance(9999)
    expect(await poll(mock, deviceCode)).toMatchObject(refused('slow_down'))
    await clock.advance(15_000)
    expect((await poll(mock, deviceCode)).status).toBe(200)
  })

  it.each([
    [true, 'access_denied'],
    ['authorization_declined', 'authorization_declined'],
  ])('says so where the user said no: %j', async (deny, error) => {
    const { mock } = setUp()
    const { deviceCode, userCode } = await begin(mock)
    mock.approveDevice(userCode, { deny })
    expect(await poll(mock, deviceCode)).toMatchObject(refused(error))
  })

  it('ends with the life of the code, approved or not', async () => {
    const { clock, mock } = setUp({ deviceCodeLifetime: 30 })
    const { deviceCode, userCode } = await begin(mock)
    mock.approveDevice(userCode)
    await clock.advance(30_000)
    expect(await poll(mock, deviceCode)).toMatchObject(refused('expired_token'))
  })

  it('gives nothing to another client, and leaves the code to its own', async () => {
    const { mock } = setUp()
    const { deviceCode, userCode } = await begin(mock)
    mock.approveDevice(userCode)
    expect(await poll(mock, deviceCode, 'other')).toMatchObject(refused('invalid_grant'))
    expect(await poll(mock, 'made-up')).toMatchObject(refused('invalid_grant'))
    expect(await poll(mock, '')).toMatchObject(refused('invalid_request'))
    expect((await poll(mock, deviceCode)).status).toBe(200)
  })
})

describe('approveDevice', () => {
  it('takes no code that is unknown, decided on or expired', async () => {
    const { clock, mock } = setUp()
    const approve = (userCode: string) => failureOf(() => mock.approveDevice(userCode))
    expect(await approve('AAAA-AAAA')).toMatchObject({ code: 'invalid_argument' })
    const decided = await begin(mock)
    mock.approveDevice(decided.userCode, { deny: true })
    expect(await approve(decided.userCode)).toMatchObject({ code: 'invalid_argument' })
    const late = await begin(mock)
    await clock.advance(600_000)
    expect(await approve(late.userCode)).toMatchObject({ code: 'invalid_argument' })
  })
})

describe('the client at the mock', () => {
  it.each([
    ['that names its interval', 7, 7],
    ['that does not', 5, undefined],
  ])('%s is never told to slow down', async (_, deviceInterval, interval) => {
    const { clock, mock } = setUp({ deviceInterval })
    mock.fault('device_authorization', { type: 'fields', fields: { interval } })
    const client = createClient({ server: mock.server, clientId: 'tv', fetch: mock.fetch, clock })
    const device = await client.deviceAuthorization({ scope: 'read' })
    const waiting = device.token()
    await clock.advance(60_000)
    mock.approveDevice(device.userCode, { user: 'ada' })
    const token = await clock.run(waiting)
    expect(token).toMatchObject({ scope: 'read', refreshToken: expect.any(String) })
    const answers = mock.requests.slice(1).map(({ endpoint, status }) => [endpoint, status])
    expect(answers.slice(0, -1)).toEqual(Array.from({ length: Math.floor(60 / deviceInterval) }, () => ['token', 400]))
    expect(answers.at(-1)).toEqual(['token', 200])
  })

  it('slows down where it is told to, and hears a no', async () => {
    const { clock, mock } = setUp()
    mock.fault('device_authorization', { type: 'fields', fields: { interval: 1 } })
    const client = createClient({ server: mock.server, clientId: 'tv', fetch: mock.fetch, clock })
    const device = await client.deviceAuthorization()
    const waiting = failureOf(device.token())
    // Too soon at 2 s, and at 8 s, when the mock wants 10 s. It wants 15 s after that.
    await clock.advance(25_000)
    expect(mock.requests.map(({ at }) => (at - Date.UTC(2030, 0, 1)) / 1000)).toEqual([0, 1, 2, 8, 24])
    mock.approveDevice(device.userCode, { deny: true })
    expect(await clock.run(waiting)).toMatchObject({ error: 'access_denied' })
  })

  it('gets a token that is bound to its key, where it has one (RFC 9449 §5)', async () => {
    const { clock, mock } = setUp()
    const dpop = createDPoP({ clock })
    const client = createClient({ server: mock.server, clientId: 'tv', fetch: mock.fetch, clock, dpop })
    const device = await client.deviceAuthorization()
    mock.approveDevice(device.userCode)
    const waiting = device.token()
    // No further: signing takes real time, and a clock that runs would have the request time out.
    await clock.advance(5000)
    const token = await waiting
    expect(token).toMatchObject({ tokenType: 'DPoP', refreshToken: expect.any(String) })
    expect((await client.refresh(token)).tokenType).toBe('DPoP')
    const other = createClient({
      server: mock.server,
      clientId: 'tv',
      fetch: mock.fetch,
      clock,
      dpop: createDPoP({ clock }),
    })
    expect(await failureOf(other.refresh(token.refreshToken ?? ''))).toMatchObject({ error: 'invalid_grant' })
  })

  it('gets a token for what the device asked for, which a poll cannot widen (RFC 8707, RFC 9396)', async () => {
    const { clock, mock } = setUp()
    const client = createClient({ server: mock.server, clientId: 'tv', fetch: mock.fetch, clock })
    const details = [{ type: 'account', actions: ['read'] }]
    const device = await client.deviceAuthorization({ resource: mock.resource, authorizationDetails: details })
    mock.approveDevice(device.userCode)
    mock.fault('token', { type: 'status', status: 503 })
    expect(await clock.run(device.token())).toMatchObject({ authorizationDetails: details })
    const unfit = { authorizationDetails: [{ type: 'account' }], resource: 'https://other.test/api#part' }
    expect(await failureOf(client.deviceAuthorization(unfit))).toMatchObject({ code: 'invalid_argument' })
    const form = { client_id: 'tv', authorization_details: 'nonsense' }
    expect(await askDeviceAuthorization(mock, form)).toMatchObject(refused('invalid_authorization_details'))
  })

  it('over HTTP sends the user to where the mock listens', async () => {
    const { mock } = setUp({ deviceInterval: 0.01 })
    const { server, origin, close } = await mock.listen()
    try {
      const device = await createClient({ server, clientId: 'tv' }).deviceAuthorization()
      expect(device.verificationUri).toBe(`${origin}/device`)
      mock.approveDevice(device.userCode)
      expect((await device.token()).accessToken).toMatch(/^access-/)
    } finally {
      await close()
    }
  })
})

describe('the device grant of a service', () => {
  const logIn = async (profile: 'google' | 'entra' | 'github', user: { readonly deny?: boolean } = {}) => {
    const clock = createManualClock()
    const credentials = { clientId: 'tv', clientSecret: 's3cret' }
    const mock = createMockAuthorizationServer({ profile, clients: [credentials], clock })
    const client = createClient({ server: mock.server, ...credentials, fetch: mock.fetch, clock })
    const device = await client.deviceAuthorization({ scope: 'read' })
    mock.approveDevice(device.userCode, user)
    const outcome = device.token().catch((error) => error)
    await clock.advance(5000)
    return { mock, device, outcome }
  }

  it('is that of Google, with its verification_url', async () => {
    const { device, outcome } = await logIn('google')
    expect(device).toMatchObject({ verificationUri: 'https://oauth2.googleapis.com/device/device' })
    expect(device).not.toHaveProperty('verificationUriComplete')
    expect(await outcome).toMatchObject({ scope: 'read', refreshToken: expect.any(String) })
  })

  it('is that of Entra, with no refresh token unless it is asked for, and its own word for a no', async () => {
    expect(await (await logIn('entra')).outcome).not.toHaveProperty('refreshToken')
    expect(await (await logIn('entra', { deny: true })).outcome).toMatchObject({ error: 'authorization_declined' })
  })

  it('is that of GitHub, whose errors come in a 200', async () => {
    const { mock, outcome } = await logIn('github')
    expect(await outcome).toMatchObject({ scope: 'read' })
    expect(mock.requests.at(-1)).toMatchObject({ endpoint: 'token', status: 200 })
    expect(await (await logIn('github', { deny: true })).outcome).toMatchObject({ error: 'access_denied', status: 200 })
  })
})
