import { describe, expect, it } from 'vitest'
import type { TokenEvent } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { settle } from '../fixtures/fake-clock.js'
import { fails, tokenServer } from './token-server.js'

const server = { tokenEndpoint: 'https://as.test/token', revocationEndpoint: 'https://as.test/revoke' }

describe('a new login', () => {
  it('while a renewal is under way: its callers get the new user’s token', async () => {
    const { client, clock, refreshTokens } = tokenServer({ takesMs: 300 })
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    const waiting = session.token()
    await settle()
    session.replace({ refreshToken: 'rt-new' })
    expect((await clock.run(waiting)).accessToken).toBe('at2')
    expect(refreshTokens()).toEqual(['rt0', 'rt-new'])
  })

  it('while a renewal is about to be refused: its callers get the new user’s token', async () => {
    const { client, clock, next } = tokenServer()
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    next(async () => {
      await clock.sleep(300)
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    })
    const waiting = session.token()
    await settle()
    session.replace({ refreshToken: 'rt-new' })
    expect((await clock.run(waiting)).accessToken).toBe('at1')
  })

  it('and a logout while a renewal is under way: its callers are told of the end', async () => {
    const { client, clock } = tokenServer({ takesMs: 300 })
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    const waiting = failureOf(session.token())
    await settle()
    session.replace({ refreshToken: 'rt-new' })
    await session.end()
    expect((await clock.run(waiting)).code).toBe('session_ended')
  })

  it('gives a token that is renewed when a server refuses it', async () => {
    const { client } = tokenServer()
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    await session.token({ rejected: await session.token() })
    await session.replace({ accessToken: 'new', refreshToken: 'rt-new' })
    expect((await session.token({ rejected: await session.token() })).accessToken).toBe('at3')
  })

  it('right after a logout is not revoked with it', async () => {
    const { client, sent, next } = tokenServer({ client: { server } })
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    next(() => new Response())
    const ending = session.end()
    session.replace({ accessToken: 'new', refreshToken: 'rt-new' })
    await ending
    expect(sent.map(({ form }) => form.get('token'))).toEqual(['rt0'])
    expect((await session.token()).accessToken).toBe('new')
  })

  it('while a logout waits for a renewal is not revoked with it: what the renewal brought is', async () => {
    const { client, clock, sent, next } = tokenServer({ takesMs: 300, client: { server } })
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    void session.token().catch(() => {})
    await settle()
    const ending = session.end()
    session.replace({ accessToken: 'new', refreshToken: 'rt-new' })
    next(() => new Response())
    await clock.run(ending)
    expect(sent.at(-1)?.form.get('token')).toBe('rt1')
    expect((await session.token()).accessToken).toBe('new')
  })
})

describe('a logout', () => {
  it('during a renewal that is refused is told of once', async () => {
    const events: TokenEvent['type'][] = []
    const { client, next } = tokenServer({ client: { onEvent: ({ type }) => events.push(type) } })
    const session = client.sessionSource({ token: { refreshToken: 'rt0' } })
    next(fails('invalid_grant'))
    const waiting = failureOf(session.token())
    await session.end()
    await waiting
    expect(events).toEqual(['requested', 'session_ended', 'renewal_failed'])
  })
})
