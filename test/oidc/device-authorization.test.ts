import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/core/clock.js'
import { type AuthorizationServer, type ClientOptions, type Clock, createClient, discover } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { createBrowser } from './browser.ts'
import { statusWith } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

/** Sleeps a hundredth of the time; what it says does not move with the faked time of the provider. */
const hurried: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
}

describe('the device grant at a certified server', () => {
  let provider: RunningProvider
  let server: AuthorizationServer
  beforeAll(async () => {
    provider = await startProvider({ deviceCodeLifetime: 300 })
    server = await discover(provider.issuer)
  })
  afterAll(() => provider.close())
  afterEach(() => {
    vi.useRealTimers()
  })

  const begin = async (options: Omit<ClientOptions, 'server'>) => {
    const client = createClient({ ...options, server, clock: hurried, timeoutMs: 1_000_000 })
    return { client, device: await client.deviceAuthorization({ scope: 'openid read' }) }
  }

  it.for(['basic', 'post', 'public', 'awkward'] as const)(
    'logs a device of the %s client in, once the user has typed in its code',
    async (kind) => {
      const { client, device } = await begin(clients[kind])
      expect(device).toMatchObject({ verificationUri: `${provider.issuer}/device`, expiresIn: 300, interval: 5 })
      const waiting = device.token()
      await systemClock.sleep(150)
      const page = await createBrowser().fillIn(device.verificationUri, { user_code: device.userCode })
      expect(page).toBe('the device is logged in')
      const token = await waiting
      expect(token).toMatchObject({ scope: 'openid read', idToken: expect.any(String) })
      expect(await statusWith(provider.resource, token)).toBe(200)
      expect((await client.refresh(token)).accessToken).not.toBe(token.accessToken)
    },
  )

  it('validates the ID token of the user who typed the code in', async () => {
    const { device } = await begin({ ...clients.public, idToken: idTokenValidator({ algs: ['ES256'] }) })
    await createBrowser().fillIn(device.verificationUri, { user_code: device.userCode })
    expect((await device.token()).idTokenClaims).toMatchObject({ sub: 'ada', aud: clients.public.clientId })
  })

  it('spares the user the typing with the complete URI', async () => {
    const { device } = await begin(clients.public)
    const waiting = device.token()
    const page = await createBrowser().fillIn(`${device.verificationUriComplete}`, {})
    expect(page).toBe('the device is logged in')
    expect(await statusWith(provider.resource, await waiting)).toBe(200)
  })

  it('is told access_denied where the user says no', async () => {
    const { device } = await begin(clients.basic)
    const waiting = failureOf(device.token())
    const page = await createBrowser().fillIn(device.verificationUri, { user_code: device.userCode, abort: 'yes' })
    expect(page).toContain('AbortedError')
    expect(await waiting).toMatchObject({ code: 'error_response', error: 'access_denied', status: 400 })
  })

  it('is told expired_token when the code has expired there', async () => {
    const { device } = await begin(clients.public)
    const waiting = failureOf(device.token())
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 })
    expect(await waiting).toMatchObject({ code: 'error_response', error: 'expired_token', status: 400 })
  })

  it('is told invalid_client for a wrong secret', async () => {
    const impostor = createClient({ ...clients.basic, server, clientSecret: 'not-the-secret' })
    expect(await failureOf(impostor.deviceAuthorization())).toMatchObject({ error: 'invalid_client', status: 401 })
  })
})
