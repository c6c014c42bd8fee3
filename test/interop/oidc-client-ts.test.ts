import type { UserManagerSettings } from 'oidc-client-ts'
import type { Page } from 'playwright'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { chromiumEngine } from '../runtimes/chromium-engine.js'
import { describeWith } from '../stores/engine.js'
import { catchesMisuse, catchesTampering, type Wrong } from './misuse.js'
import { clients, type RunningMock, startMock, statusWith } from './mock.js'
import { newVerifier } from './pkce.js'
import { type SinglePageApp, startApp } from './single-page-app.js'
import { approve } from './user.js'

let app: SinglePageApp
let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  const paths = ['/callback', '/silent', '/popup']
  const redirectUris = paths.map((path) => app.origin + path)
  const postLogoutRedirectUris = [`${app.origin}/bye`]
  running = await startMock({
    clients: [
      { clientId: 'spa', redirectUris, postLogoutRedirectUris },
      { clientId: 'spa-without-refresh', redirectUris, grantTypes: ['authorization_code'] },
      ...[clients.confidential, clients.another].map(({ clientId, clientSecret }) => ({
        ...{ clientId: `spa-${clientId}`, clientSecret, redirectUris },
      })),
    ],
    ...options,
  })
  return running
}

const settingsOf = (more: Partial<UserManagerSettings> = {}): UserManagerSettings => ({
  authority: running.origin,
  client_id: 'spa',
  redirect_uri: `${app.origin}/callback`,
  silent_redirect_uri: `${app.origin}/silent`,
  popup_redirect_uri: `${app.origin}/popup`,
  post_logout_redirect_uri: `${app.origin}/bye`,
  scope: 'openid read',
  // Otherwise it renews by a timer, whenever it likes.
  automaticSilentRenew: false,
  ...more,
})

/** What of a user comes out of the page. */
interface Shown {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly tokenType: string
  readonly scope: string | undefined
  readonly profile: Readonly<Record<string, unknown>>
}

/** What the user manager of a page has come to, or the `error` of the server, or what it says itself. */
const ask = (
  page: Page,
  how: 'signinCallback' | 'signinSilent' | 'signinPopup' | 'getUser',
  settings: UserManagerSettings,
): Promise<Shown | string> =>
  page.evaluate(
    async ([how, settings]) => {
      try {
        const user = await new window.oidc.UserManager(settings)[how]()
        if (!user) return 'nobody'
        const { access_token: accessToken, refresh_token: refreshToken, token_type: tokenType, scope, profile } = user
        return { accessToken, refreshToken, tokenType, scope, profile: { ...profile } }
      } catch (thrown) {
        const { error, message } = thrown as { readonly error?: string; readonly message: string }
        return error ?? message
      }
    },
    [how, settings] as const,
  )

const shown = (outcome: Shown | string): Shown => {
  if (typeof outcome === 'string') throw new Error(outcome)
  return outcome
}

/** Sends the user to the server, who comes back to the app. */
const goAndReturn = async (
  page: Page,
  settings: UserManagerSettings,
  how: 'signinRedirect' | 'signoutRedirect' = 'signinRedirect',
): Promise<void> => {
  const returned = page.waitForURL(how === 'signinRedirect' ? '**/callback?*' : '**/bye')
  await page.evaluate(
    ([how, settings]) => {
      // Not waited for here: the page is left.
      new window.oidc.UserManager(settings)[how]()
    },
    [how, settings] as const,
  )
  await returned
}

const logIn = async (page: Page, settings = settingsOf()): Promise<Shown> => {
  await goAndReturn(page, settings)
  return shown(await ask(page, 'signinCallback', settings))
}

describeWith(chromiumEngine, 'oidc-client-ts in Chromium', () => {
  beforeAll(async () => {
    app = await startApp()
  })

  afterEach(() => running.close())

  afterAll(() => app.close())

  it('discovers the server of another origin, logs a user in by redirect with PKCE and state, and loads what it says of them', async () => {
    const { mock, resource } = await start({ userClaims: { user: { name: 'Ada' } } })
    const user = await logIn(await app.open(), settingsOf({ loadUserInfo: true }))
    expect(user).toMatchObject({ scope: 'openid read', profile: { sub: 'user', aud: 'spa', name: 'Ada' } })
    expect(await statusWith(resource, user.accessToken)).toBe(200)
    const asked = mock.requests.find(({ endpoint }) => endpoint === 'authorize')
    expect(new URL(`${asked?.url}`).searchParams.get('code_challenge_method')).toBe('S256')
  })

  it('calls an API of another origin with its token', async () => {
    const { resource } = await start()
    const page = await app.open()
    const { accessToken } = await logIn(page)
    const call = (token: string) =>
      page.evaluate(
        async ([url, token]) => {
          const answer = await fetch(`${url}`, { headers: { authorization: `Bearer ${token}` } })
          return [answer.status, answer.headers.get('www-authenticate')]
        },
        [resource, token],
      )
    expect(await call(accessToken)).toEqual([200, null])
    expect(await call('made-up')).toEqual([401, expect.stringContaining('invalid_token')])
  })

  it('renews silently by a refresh token that rotates', async () => {
    await start()
    const page = await app.open()
    const first = await logIn(page)
    const second = shown(await ask(page, 'signinSilent', settingsOf()))
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(await ask(page, 'getUser', settingsOf())).toEqual(second)
    expect(shown(await ask(page, 'signinSilent', settingsOf())).accessToken).not.toBe(second.accessToken)
  })

  it('renews silently in a frame by prompt=none, and is told where nobody is logged in', async () => {
    await start()
    const settings = settingsOf({ client_id: 'spa-without-refresh' })
    const page = await app.open()
    expect(await ask(page, 'signinSilent', settings)).toBe('login_required')
    const first = await logIn(page, settings)
    expect(first.refreshToken).toBeUndefined()
    const second = shown(await ask(page, 'signinSilent', settings))
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(second.profile['sub']).toBe('user')
  })

  it('logs a user in by a popup', async () => {
    await start()
    const user = shown(await ask(await app.open(), 'signinPopup', settingsOf()))
    expect(user.profile).toMatchObject({ sub: 'user', aud: 'spa' })
  })

  it('logs the user out, who comes back', async () => {
    await start()
    const page = await app.open()
    await logIn(page)
    await goAndReturn(page, settingsOf(), 'signoutRedirect')
    const error = await page.evaluate(async (settings) => {
      const outcome = await new window.oidc.UserManager(settings).signoutCallback()
      return outcome?.error ?? null
    }, settingsOf())
    expect(error).toBeNull()
    const renewing = settingsOf({ client_id: 'spa-without-refresh' })
    expect(await ask(page, 'signinSilent', renewing)).toBe('login_required')
  })

  it('revokes both tokens', async () => {
    const { resource } = await start()
    const page = await app.open()
    const { accessToken } = await logIn(page)
    await page.evaluate((settings) => new window.oidc.UserManager(settings).revokeTokens(), settingsOf())
    expect(await statusWith(resource, accessToken)).toBe(401)
  })

  it('binds its tokens to a key by DPoP, and proves anew with the nonce that it is told', async () => {
    const { resource } = await start({ dpop: { required: true, nonce: 'authorization-server' } })
    const page = await app.open()
    await goAndReturn(page, settingsOf())
    const outcome = await page.evaluate(
      async ([settings, resource]) => {
        const store = new window.oidc.IndexedDbDPoPStore()
        const manager = new window.oidc.UserManager({ ...settings, dpop: { store } })
        await manager.signinCallback()
        const user = await manager.signinSilent()
        if (!user) return
        const DPoP = `${await manager.dpopProof(`${resource}`, user, 'GET')}`
        const opened = await fetch(`${resource}`, { headers: { authorization: `DPoP ${user.access_token}`, DPoP } })
        return [user.token_type, opened.status]
      },
      [settingsOf(), resource] as const,
    )
    expect(outcome).toEqual(['DPoP', 200])
  })

  it('names the resource that its token is for', async () => {
    const { resource } = await start()
    const { accessToken } = await logIn(await app.open(), settingsOf({ resource }))
    expect(await statusWith(resource, accessToken)).toBe(200)
    const elsewhere = await logIn(await app.open(), settingsOf({ resource: `${running.origin}/another` }))
    expect(await statusWith(resource, elsewhere.accessToken)).toBe(401)
  })

  it('refuses a callback that it did not ask for, and one that came already', async () => {
    const { mock } = await start()
    const page = await app.open()
    await goAndReturn(page, settingsOf())
    const callback = page.url()
    await page.goto(callback.replace(/state=\w+/, 'state=forged'))
    expect(await ask(page, 'signinCallback', settingsOf())).toBe('No matching state found in storage')
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toEqual([])
    await page.goto(callback)
    shown(await ask(page, 'signinCallback', settingsOf()))
    expect(await ask(page, 'signinCallback', settingsOf())).toBe('No matching state found in storage')
  })

  it('reads no token as a page of an origin that no client comes back to', async () => {
    const { mock, origin } = await start()
    const page = await app.open()
    const login = settingsOf()
    await goAndReturn(page, login)
    const tab = page.url()
    const state = await page.evaluate(() => ({ ...localStorage }))
    // The same app by another name: another origin.
    await page.goto(tab.replace('127.0.0.1', 'localhost'))
    await page.evaluate((kept) => Object.assign(localStorage, kept), state)
    expect(await ask(page, 'signinCallback', login)).toBe('Failed to fetch')
    // A form has no preflight: it came, and what it was answered stays unread.
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token').map(({ status }) => status)).toEqual([200])
    const { issuer } = await page.evaluate(
      async (issuer) => (await fetch(`${issuer}/.well-known/openid-configuration`)).json(),
      origin,
    )
    expect(issuer).toBe(origin)
  })

  it('is told by the server that the user said no', async () => {
    const { mock } = await start()
    mock.fault('authorize', { type: 'error', error: 'access_denied' })
    const page = await app.open()
    await goAndReturn(page, settingsOf())
    expect(await ask(page, 'signinCallback', settingsOf())).toBe('access_denied')
  })

  describe('misused', () => {
    const program = async () => {
      const { resource } = await start()
      const page = await app.open()
      const settings = settingsOf({
        ...{ client_id: 'spa-web', client_secret: 's3cret', client_authentication: 'client_secret_basic' },
        scope: 'read',
      })
      /** What came of it, or the server's error, since a page hands no class of errors out. */
      const tokens = (outcome: Shown | string) => {
        if (typeof outcome === 'string') throw new Error(outcome)
        return { accessToken: outcome.accessToken, refreshToken: `${outcome.refreshToken}` }
      }
      return {
        resource,
        login: async () => {
          const { url, state, verifier } = await page.evaluate(async (settings) => {
            const client = new window.oidc.OidcClient(settings)
            const { url, state } = await client.createSigninRequest({})
            return { url, state: state.toStorageString(), verifier: `${state.code_verifier}` }
          }, settings)
          return { callback: await approve(url), verifier, state }
        },
        exchange: async (
          { callback, verifier, state }: Record<'callback' | 'verifier' | 'state', string>,
          wrong: Wrong = {},
        ) => {
          const another = { client_id: 'spa-other', client_secret: 'an0ther' }
          const guessed = wrong.clientSecret ? { client_secret: wrong.clientSecret } : {}
          const { code_verifier: _, ...kept } = JSON.parse(state)
          const sent = wrong.verifier === 'another' ? newVerifier() : verifier
          // What it kept of the login is what it sends.
          const stored = {
            ...kept,
            ...(wrong.verifier !== 'none' && { code_verifier: sent }),
            ...(wrong.redirectUri !== undefined && { redirect_uri: wrong.redirectUri }),
            ...(wrong.client && another),
            ...guessed,
          }
          const sender = { ...settings, ...(wrong.client && another), ...guessed }
          const outcome = await page.evaluate(
            async ([settings, callback, stored]) => {
              const client = new window.oidc.OidcClient(settings)
              await client.settings.stateStore.set(stored.id, JSON.stringify(stored))
              try {
                const response = await client.processSigninResponse(callback)
                const { access_token: accessToken, refresh_token: refreshToken } = response
                return { accessToken, refreshToken, tokenType: '', scope: undefined, profile: {} }
              } catch (thrown) {
                const { error, message } = thrown as { readonly error?: string; readonly message: string }
                return error ?? message
              }
            },
            [sender, callback, stored] as const,
          )
          return tokens(outcome)
        },
        refresh: async (refreshToken: string) => {
          const outcome = await page.evaluate(
            async ([settings, refreshToken]) => {
              const manager = new window.oidc.UserManager(settings)
              const profile = { sub: 'user', iss: '', aud: '', exp: 0, iat: 0 }
              const kept = { access_token: '', refresh_token: refreshToken, token_type: 'Bearer', profile }
              await manager.storeUser(new window.oidc.User(kept))
              try {
                const user = await manager.signinSilent()
                return {
                  ...{ accessToken: `${user?.access_token}`, refreshToken: user?.refresh_token },
                  ...{ tokenType: '', scope: undefined, profile: {} },
                }
              } catch (thrown) {
                const { error, message } = thrown as { readonly error?: string; readonly message: string }
                return error ?? message
              }
            },
            [settings, refreshToken] as const,
          )
          return tokens(outcome)
        },
        errorOf: (thrown: unknown) =>
          thrown instanceof Error && /^invalid_\w+$/.test(thrown.message) ? thrown.message : undefined,
      }
    }
    catchesMisuse(program)
    catchesTampering(program, () => running.mock, {
      unsent_state: 'client',
      no_state: 'client',
      no_issuer: 'mock',
      injected_code: 'mock',
      repeated_code: 'mock',
    })
  })
})
