import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import {
  type AuthorizationServer,
  bearerFetch,
  type ClientOptions,
  createClient,
  discoverResource,
  encrypted,
  memoryStore,
  type OAuthErrorCode,
  type TokenEvent,
} from '../src/index.js'
import { idTokenValidator } from '../src/jwt/index.js'
import { failureOf } from './fixtures/failure-of.js'
import { fakeClock } from './fixtures/fake-clock.js'
import { json, scriptedServer } from './fixtures/scripted-server.js'
import { visible } from './fixtures/visible.js'

/** Every secret of this file holds this word. */
const mark = 'hush'
const clientSecret = `${mark}-secret`
const refreshToken = `${mark}-refresh`
const accessToken = `${mark}-access`

const server: AuthorizationServer = {
  issuer: 'https://as.test',
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
}
const pending = {
  url: `https://as.test/authorize?state=${mark}-state`,
  state: `${mark}-state`,
  codeVerifier: `${mark}-verifier-${'x'.repeat(40)}`,
  clientId: 'id',
  redirectUri: 'https://app.test/cb',
  issuer: 'https://as.test',
}

const clientWith = (options: Partial<ClientOptions>, ...script: Parameters<typeof scriptedServer>) => {
  const clock = fakeClock()
  const { fetch } = scriptedServer(...script)
  return { client: createClient({ server, clientId: 'id', clientSecret, fetch, clock, ...options }), clock }
}

const after = async (callback: string) => failureOf(clientWith({}).client.exchangeCode(`?${callback}`, pending))
const refreshing = async (...script: Parameters<typeof scriptedServer>) => {
  const { client, clock } = clientWith({}, ...script)
  return failureOf(clock.run(client.refresh(refreshToken)))
}
const echo = (status: number) => (sent: { body: string; headers: Headers }) =>
  json({ error: 'invalid_grant', error_description: `${sent.body} ${sent.headers.get('authorization')}` }, status)
const systemError = (code: string) => {
  throw Object.assign(new Error(`${mark}`), { code, config: { headers: mark }, cause: { code, request: mark } })
}

/** How each error comes about, with secrets in reach. */
const makers: Record<OAuthErrorCode, () => Promise<unknown>> = {
  invalid_argument: () =>
    failureOf(clientWith({}).client.clientCredentials({ parameters: { client_secret: `${mark}` } })),
  insecure_url: () =>
    failureOf(() => createClient({ server: { tokenEndpoint: 'http://as.test' }, clientId: 'id', clientSecret })),
  secret_in_browser: async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0' })
    try {
      return await failureOf(() => createClient({ server, clientId: 'id', clientSecret }))
    } finally {
      vi.unstubAllGlobals()
    }
  },
  unsupported: () => failureOf(clientWith({}).client.revoke(accessToken)),
  invalid_callback: () => after(`code=${mark}&code=${mark}&state=${pending.state}`),
  state_mismatch: () => after(`code=${mark}&state=${mark}-forged`),
  issuer_mismatch: () => after(`code=${mark}&state=${pending.state}&iss=https://evil.test`),
  resource_mismatch: () => {
    const { fetch } = scriptedServer(json({ resource: `https://evil.test/${mark}` }))
    return failureOf(discoverResource('https://api.test', { fetch }))
  },
  authorization_refused: () => after(`error=access_denied&code=${mark}&state=${pending.state}`),
  error_response: () => refreshing(echo(400)),
  invalid_response: () => refreshing(({ body }) => new Response(`<p>${body}</p>`, { status: 500 })),
  redirect_refused: () =>
    refreshing(() => new Response(null, { status: 302, headers: { location: `https://evil.test/?${mark}` } })),
  unreachable: () => {
    const refused = () => systemError('ECONNREFUSED')
    return refreshing(refused, refused, refused)
  },
  timeout: () => refreshing(() => new Promise(() => {})),
  connection_lost: () => refreshing(() => systemError('ECONNRESET')),
  session_ended: () => {
    const { client } = clientWith({}, echo(400))
    return failureOf(client.sessionSource({ token: { refreshToken } }).token())
  },
  session_uncertain: async () => {
    const { client } = clientWith({}, () => systemError('ECONNRESET'))
    const session = client.sessionSource({ token: { refreshToken } })
    await failureOf(session.token())
    return failureOf(session.token())
  },
  foreign_record: async () => {
    const { client } = clientWith({})
    const store = memoryStore()
    await store.set('user', JSON.stringify({ mark, refreshToken, generation: mark }), undefined)
    return failureOf(client.sessionSource({ store, key: 'user', token: { refreshToken } }).token())
  },
  store_failed: () => {
    const { client } = clientWith({})
    const store = { ...memoryStore(), get: () => systemError('ECONNREFUSED') }
    return failureOf(client.sessionSource({ store, key: 'user', token: { refreshToken } }).token())
  },
  origin_refused: () => {
    const source = { token: async () => ({ accessToken, tokenType: 'Bearer', raw: {} }) }
    return failureOf(bearerFetch(source, { origins: ['https://api.test'] })('https://evil.test/'))
  },
  invalid_id_token: () => {
    const keys = json({ keys: [] })
    const answer = json({ access_token: accessToken, id_token: `${btoa(`{"alg":"${mark}"}`)}.${mark}.${mark}` })
    const judged = { ...server, jwksUri: 'https://as.test/jwks' }
    const { client } = clientWith({ server: judged, idToken: idTokenValidator() }, keys, answer)
    const request = { ...pending, nonce: `${mark}-nonce` }
    return failureOf(client.exchangeCode(`?code=${mark}&state=${pending.state}`, request))
  },
  undecipherable: async () => {
    const inner = memoryStore()
    await inner.set('key', mark, undefined)
    return failureOf(encrypted(inner, { keys: [new TextEncoder().encode(mark.repeat(8))] }).get('key'))
  },
}

describe('no secret can be seen', () => {
  it.each(Object.entries(makers))('in %s', async (code, make) => {
    const failure = await make()
    expect(failure).toMatchObject({ code })
    expect(visible(failure)).not.toContain(mark)
    expect(visible(failure)).not.toContain(btoa(`id:${clientSecret}`))
  })

  it('in any error: the list above is whole', () => {
    const source = readFileSync(new URL('../src/core/errors.ts', import.meta.url), 'utf8')
    const [, body = ''] = source.match(/interface OAuthErrorFields \{\n(.*?)\n\}/s) ?? []
    expect(Object.keys(makers).sort()).toEqual([...body.matchAll(/^ {2}(\w+):/gm)].map(([, code]) => code).sort())
  })

  it('in a client, a source, a session, many sessions, a fetch, or an event', async () => {
    const events: TokenEvent[] = []
    const tokens = () => json({ access_token: accessToken, refresh_token: refreshToken, expires_in: 60 })
    const { client } = clientWith({ onEvent: (event) => events.push(event) }, tokens, tokens, tokens, echo(400))
    const source = client.clientCredentialsSource({ scope: 'a' })
    const session = client.sessionSource({ token: { refreshToken } })
    const sessions = client.sessions()
    sessions.get('ada').replace({ refreshToken })
    const api = bearerFetch(source, { origins: ['https://api.test'], fetch: async () => new Response() })
    await Promise.all([source.token(), session.token(), sessions.get('ada').token()])
    await failureOf(client.refresh(refreshToken))
    await api('https://api.test/')
    expect(events.length).toBeGreaterThan(3)
    expect(visible([client, source, session, sessions, sessions.get('ada'), api, events])).not.toContain(mark)
  })

  it('in a token that is inspected, though its JSON is whole', async () => {
    const { inspect } = await import('node:util')
    const { client } = clientWith({}, json({ access_token: accessToken, refresh_token: refreshToken, vendor: mark }))
    const token = await client.refresh(refreshToken)
    expect(inspect(token, { depth: null, showHidden: true })).not.toContain(mark)
    expect(JSON.stringify(token)).toContain(accessToken)
  })
})
