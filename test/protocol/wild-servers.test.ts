import { describe, expect, it } from 'vitest'
import { type ClientOptions, createClient, missingScope } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, type Sent, scriptedServer } from '../fixtures/scripted-server.js'
import { codeOf } from '../tokens/siblings.js'

// What servers were seen to do that no RFC has: each is handled, or a typed error that says what happened.

const server = {
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
  revocationEndpoint: 'https://as.test/revoke',
}
const clientSecret = 'a+b%25 c/d'

const clientOf = (options: Partial<ClientOptions>, ...script: Parameters<typeof scriptedServer>) => {
  const wire = scriptedServer(...script)
  const clock = fakeClock()
  const client = createClient({ server, clientId: 'web', clientSecret, fetch: wire.fetch, clock, ...options })
  return { wire, clock, client }
}

const redirectUri = 'https://app.test/cb'

const exchanging = async (answer: Response) => {
  const { client, wire } = clientOf({}, answer)
  const request = await client.authorizationRequest({ redirectUri })
  return { failure: await failureOf(client.exchangeCode(`?code=bad&state=${request.state}`, request)), wire }
}

/** Knows its client by the raw text before and after the colon, as RFC 7617 alone has it. */
const rawBasic = ({ headers }: Sent): Response => {
  const given = atob(`${headers.get('authorization')}`.slice(6))
  return given === `web:${clientSecret}` ? json({ access_token: 'at' }) : json({ error: 'invalid_client' }, 401)
}

describe('a server that encodes Basic raw', () => {
  it('knows the client once it is told that it does', async () => {
    const { client } = clientOf({ server: { ...server, basicEncoding: 'raw' } }, rawBasic)
    expect((await client.clientCredentials()).accessToken).toBe('at')
  })

  it('answers a typed invalid_client until then, and is not asked again in another way', async () => {
    const { client, wire } = clientOf({}, rawBasic)
    expect(await failureOf(client.clientCredentials())).toMatchObject({ error: 'invalid_client', status: 401 })
    expect(wire.sent).toHaveLength(1)
  })
})

describe('a server that answers 403 for a bad code', () => {
  it('has its OAuth error read, and the code is sent once', async () => {
    const { failure, wire } = await exchanging(json({ error: 'invalid_grant' }, 403))
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_grant', status: 403 })
    expect(wire.sent).toHaveLength(1)
  })

  it.each([
    ['nothing', new Response(null, { status: 403 })],
    ['a page', new Response('<h1>Forbidden</h1>', { status: 403, headers: { 'content-type': 'text/html' } })],
  ])('with %s beside it: the status and what came are told', async (_, answer) => {
    const { failure, wire } = await exchanging(answer)
    expect(failure).toMatchObject({ code: 'invalid_response', status: 403 })
    expect(failure.message).toContain('403')
    expect(wire.sent).toHaveLength(1)
  })
})

describe('a server that answers a bad secret with an empty body', () => {
  it.each([400, 401])('under a %i: the status is told, and nothing is sent twice', async (status) => {
    const { client, wire } = clientOf({}, new Response(null, { status }))
    const failure = await failureOf(client.clientCredentials())
    expect(failure).toMatchObject({ code: 'invalid_response', status })
    expect(failure).not.toHaveProperty('excerpt')
    expect(failure.message).toContain(`${status} with no content type`)
    expect(wire.sent).toHaveLength(1)
  })

  it('ends no session whose client was never known to be right', async () => {
    const { client } = clientOf(
      {},
      new Response(null, { status: 401 }),
      json({ access_token: 'at', refresh_token: 'rt2' }),
    )
    const session = client.sessionSource({ token: { refreshToken: 'rt' } })
    expect(await codeOf(session.token())).toBe('invalid_response')
    expect((await session.token()).accessToken).toBe('at')
  })
})

describe('a server that answers an unknown client with 500 and OAuth JSON', () => {
  it('has its error read, as it is, and is not taken for one that is down', async () => {
    const { client, wire } = clientOf({}, json({ error: 'invalid_client', error_description: 'no such client' }, 500))
    expect(await failureOf(client.clientCredentials())).toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
      errorDescription: 'no such client',
      status: 500,
    })
    expect(wire.sent).toHaveLength(1)
  })

  it('is left alone for a while by a source, since it will say the same again', async () => {
    const { client, wire, clock } = clientOf({}, json({ error: 'invalid_client' }, 500), json({ access_token: 'at' }))
    const source = client.clientCredentialsSource()
    await failureOf(source.token())
    await failureOf(source.token())
    expect(wire.sent).toHaveLength(1)
    clock.set(clock.now() + 31_000)
    expect((await source.token()).accessToken).toBe('at')
  })

  it('ends no session', async () => {
    const { client, clock } = clientOf({}, json({ error: 'invalid_client' }, 500), json({ access_token: 'at' }))
    const session = client.sessionSource({ token: { refreshToken: 'rt' } })
    expect(await codeOf(session.token())).toBe('error_response')
    clock.set(clock.now() + 31_000)
    expect((await session.token()).accessToken).toBe('at')
  })
})

describe('a server that answers an unknown grant with 501', () => {
  it.each([
    ['OAuth JSON', () => json({ error: 'unsupported_grant_type' }, 501), 'error_response'],
    ['a page', () => new Response('<h1>Not Implemented</h1>', { status: 501 }), 'invalid_response'],
    ['nothing', () => new Response(null, { status: 501 }), 'invalid_response'],
  ] as const)('and %s: it is told, and not tried again', async (_, answer, code) => {
    const { client, wire } = clientOf({}, answer())
    const failure = await failureOf(client.extensionGrant('urn:example:grant'))
    expect(failure).toMatchObject({ code, status: 501 })
    expect(wire.sent).toHaveLength(1)
  })
})

describe('a server that revokes with an empty text/html 200', () => {
  it('has revoked', async () => {
    const { client } = clientOf({}, new Response('', { headers: { 'content-type': 'text/html; charset=utf-8' } }))
    await expect(client.revoke('a-token')).resolves.toBeUndefined()
  })
})

describe('a server that returns to the full scope after a narrowed refresh', () => {
  it('is believed: the token says what it has, and nothing is missed', async () => {
    const answers = ['read', 'read write'].map((scope) => json({ access_token: `for ${scope}`, scope }))
    const { client, wire } = clientOf({}, ...answers)
    const narrow = await client.refresh({ refreshToken: 'rt', scope: 'read write' }, { scope: 'read' })
    expect(narrow).toMatchObject({ scope: 'read', refreshToken: 'rt' })
    const full = await client.refresh(narrow)
    expect(full).toMatchObject({ accessToken: 'for read write', scope: 'read write' })
    expect(missingScope(full)).toEqual([])
    expect(wire.sent.map(({ form }) => form.get('scope'))).toEqual(['read', null])
  })

  it('is narrowed again by whoever asks for less again', async () => {
    const { client, wire } = clientOf({}, json({ access_token: 'a' }), json({ access_token: 'b' }))
    const narrow = await client.refresh({ refreshToken: 'rt', scope: 'read write' }, { scope: 'read' })
    expect((await client.refresh(narrow, { scope: 'read' })).scope).toBe('read')
    expect(wire.sent.map(({ form }) => form.get('scope'))).toEqual(['read', 'read'])
  })
})
