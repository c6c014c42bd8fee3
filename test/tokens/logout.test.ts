import { describe, expect, it } from 'vitest'
import { failureOf } from '../fixtures/failure-of.js'
import { siblings } from './siblings.js'

const kinds = ['alone', 'shared'] as const

/** A session, and what it takes to see whether it lives at the server. */
const loggedIn = (kind: (typeof kinds)[number], given: Parameters<typeof siblings>[0] = {}) => {
  const world = siblings(given)
  const { store, sibling, clock, mock, login } = world
  const token = login()
  const client = sibling()
  const session = client.sessionSource(kind === 'shared' ? { store, key: 'user', token } : { token })
  const revocations = () => mock.requests.filter(({ endpoint }) => endpoint === 'revocation')
  const isOver = async () => {
    expect((await failureOf(clock.run(session.token()))).code).toBe('session_ended')
    expect(session.current()).toBeUndefined()
  }
  const lives = () => clock.run(client.introspect(token, { hint: 'refresh_token' }))
  return { ...world, session, token, revocations, isOver, lives }
}

describe.each(kinds)('a session, %s, that is ended', (kind) => {
  it('has its refresh token revoked, which takes the access tokens with it (RFC 7009 §2.1)', async () => {
    const { clock, session, token, revocations, isOver, lives } = loggedIn(kind)
    await clock.run(session.token())
    expect(await lives()).toMatchObject({ active: true })
    await clock.run(session.end())
    expect(revocations()).toMatchObject([{ form: { token: token.refreshToken, token_type_hint: 'refresh_token' } }])
    expect(await lives()).toMatchObject({ active: false })
    await isOver()
  })

  it('waits for a server that asks for patience, and is revoked then (RFC 7009 §2.2.1)', async () => {
    const { clock, mock, session, revocations, isOver, lives } = loggedIn(kind)
    await clock.run(session.token())
    mock.fault('revocation', { type: 'status', status: 503, retryAfter: 7 })
    const before = clock.now()
    await clock.run(session.end())
    expect(clock.now() - before).toBeGreaterThanOrEqual(7000)
    expect(revocations()).toMatchObject([{ status: 503 }, { status: 200 }])
    expect(await lives()).toMatchObject({ active: false })
    await isOver()
  })

  it.each([
    [
      'does not revoke such tokens',
      400,
      { json: { error: 'unsupported_token_type' } },
      { error: 'unsupported_token_type' },
    ],
    ['is down for longer', 503, { retryAfter: 3600 }, { retryAfterMs: 3600_000 }],
  ])('is forgotten all the same by a server that %s, and its caller is told', async (_, status, more, told) => {
    const { clock, mock, session, isOver, lives } = loggedIn(kind)
    await clock.run(session.token())
    mock.fault('revocation', { type: 'status', status, ...more }, { times: Infinity })
    expect(await failureOf(clock.run(session.end()))).toMatchObject({ status, ...told })
    await isOver()
    // As RFC 7009 §2.2.1 has it: what was not revoked is to be thought alive.
    expect(await lives()).toMatchObject({ active: true })
  })

  it('is ended without a request where the server revokes nothing', async () => {
    const { issuer = '', tokenEndpoint } = siblings().mock.server
    const { clock, session, revocations, isOver } = loggedIn(kind, { client: { server: { issuer, tokenEndpoint } } })
    await clock.run(session.token())
    await clock.run(session.end())
    await isOver()
    expect(revocations()).toEqual([])
  })
})
