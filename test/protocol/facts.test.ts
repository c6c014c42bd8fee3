import { describe, expect, it } from 'vitest'
import { authorizationRequest } from '../../src/authorize.js'
import { type AuthorizationServer, createClient, missingScope } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const endpoints = { authorizationEndpoint: 'https://as.test/authorize', tokenEndpoint: 'https://as.test/token' }
const redirectUri = 'https://app.test/callback'

const queryOf = (url: string) => Object.fromEntries(new URL(url).searchParams)

const ask = (facts: Partial<AuthorizationServer>, options: object = {}) =>
  authorizationRequest({ server: { ...endpoints, ...facts }, clientId: 'web', redirectUri, ...options })

const clientOf = (facts: Partial<AuthorizationServer>, answer: object) => {
  const wire = scriptedServer(json({ access_token: 'at', ...answer }))
  const server = { ...endpoints, ...facts }
  return { wire, client: createClient({ server, clientId: 'web', clientSecret: 's', fetch: wire.fetch }) }
}

describe('offlineAccess', () => {
  const byParameter = { offlineAccessParameters: { access_type: 'offline', prompt: 'consent' } }
  const byScope = { offlineAccessParameters: { scope: 'offline_access' } }

  it('adds the parameters by which the server gives a refresh token, and only then', async () => {
    const { url } = await ask(byParameter, { scope: 'mail', offlineAccess: true })
    expect(queryOf(url)).toMatchObject({ access_type: 'offline', prompt: 'consent', scope: 'mail' })
    expect((await ask(byParameter, { scope: 'mail' })).url).not.toMatch(/access_type|prompt/)
  })

  it('gives way to the parameters of the caller', async () => {
    const { url } = await ask(byParameter, { offlineAccess: true, parameters: { prompt: 'select_account' } })
    expect(queryOf(url)).toMatchObject({ access_type: 'offline', prompt: 'select_account' })
  })

  it('adds the scope by which the server gives one, which is not missed where the grant does not name it', async () => {
    const { client } = clientOf(byScope, { scope: 'mail' })
    const request = await client.authorizationRequest({ redirectUri, scope: ['mail'], offlineAccess: true })
    expect(queryOf(request.url)['scope']).toBe('mail offline_access')
    expect(request.scope).toBe('mail')
    const token = await client.exchangeCode(`?code=c&state=${request.state}`, request)
    expect(missingScope(token)).toEqual([])
  })

  it('asks for that scope alone where no other is asked for', async () => {
    expect(queryOf((await ask(byScope, { offlineAccess: true })).url)['scope']).toBe('offline_access')
  })

  it('adds nothing where the server has no way of its own', async () => {
    const { url } = await ask({}, { offlineAccess: true })
    expect(Object.keys(queryOf(url)).sort()).toEqual(
      ['client_id', 'code_challenge', 'code_challenge_method', 'redirect_uri', 'response_type', 'state'].sort(),
    )
  })

  it('lets no fact of a server set what the SDK sets', async () => {
    const odd = { offlineAccessParameters: { state: 'known', redirect_uri: 'https://evil.test' } }
    const request = await ask(odd, { offlineAccess: true })
    expect(queryOf(request.url)).toMatchObject({ state: request.state, redirect_uri: redirectUri })
  })
})

describe('scopeSeparator', () => {
  it('parts the scopes of an authorization request, and of the answer', async () => {
    const { client, wire } = clientOf({ scopeSeparator: ',' }, { scope: 'commands,chat:write' })
    const request = await client.authorizationRequest({ redirectUri, scope: 'commands chat:write' })
    expect(queryOf(request.url)['scope']).toBe('commands,chat:write')
    const token = await client.exchangeCode(`?code=c&state=${request.state}`, request)
    expect(wire.only().form.has('scope')).toBe(false)
    expect(token).toMatchObject({ scope: 'commands chat:write', requestedScope: 'commands chat:write' })
  })

  it('parts no empty scopes, however the caller wrote them', async () => {
    for (const scope of [' a  b', ['a', '', 'b'], 'a\n b ']) {
      expect(queryOf((await ask({ scopeSeparator: ',' }, { scope })).url)['scope']).toBe('a,b')
    }
  })

  it('parts those of a token request too', async () => {
    const { client, wire } = clientOf({ scopeSeparator: ',' }, { scope: 'a,b' })
    const token = await client.clientCredentials({ scope: ['a', 'b', 'c'] })
    expect(wire.only().form.get('scope')).toBe('a,b,c')
    expect(missingScope(token)).toEqual(['c'])
  })

  it('leaves a comma alone that is part of a scope (RFC 6749 §3.3 allows it)', async () => {
    const { client } = clientOf({}, { scope: 'a,b c' })
    expect((await client.clientCredentials()).scope).toBe('a,b c')
  })

  it('lets a code be exchanged with a scope of the caller, as Entra wants for another resource', async () => {
    const { client, wire } = clientOf({ scopeSeparator: ',' }, {})
    const request = await client.authorizationRequest({ redirectUri })
    await client.exchangeCode(`?code=c&state=${request.state}`, request, { parameters: { scope: 'api://x/.default' } })
    expect(wire.only().form.get('scope')).toBe('api://x/.default')
  })
})

describe('answeredScopeSeparator', () => {
  it('parts the scopes of an answer only', async () => {
    const { client } = clientOf({ answeredScopeSeparator: ',' }, { scope: 'repo,gist' })
    const request = await client.authorizationRequest({ redirectUri, scope: 'repo gist' })
    expect(queryOf(request.url)['scope']).toBe('repo gist')
    expect((await client.exchangeCode(`?code=c&state=${request.state}`, request)).scope).toBe('repo gist')
  })
})

describe('an error inside a 200', () => {
  it('is an error_response, also where it is said as Slack does', async () => {
    const wire = scriptedServer(json({ ok: false, error: 'invalid_code' }))
    const client = createClient({ server: endpoints, clientId: 'web', clientSecret: 's', fetch: wire.fetch })
    const error = await failureOf(client.refresh('rt'))
    expect(error).toMatchObject({ code: 'error_response', error: 'invalid_code', status: 200 })
  })
})
