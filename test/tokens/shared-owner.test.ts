import { describe, expect, it } from 'vitest'
import { createClient, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { visible } from '../fixtures/visible.js'
import { codeOf, lifetime, pair, siblings } from './siblings.js'

const contentOf = async (store: TokenStore, key = 'user') => (await store.get(key))?.value

/** A client of another server, which refuses every refresh token, over the store of a session. */
const strangers = async () => {
  const world = await pair()
  const sent: string[] = []
  const stranger = createClient({
    server: { tokenEndpoint: 'https://other.test/token' },
    clientId: 'web',
    clientSecret: 'secret',
    clock: world.clock,
    fetch: async (_, init) => {
      sent.push(String(init?.body))
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    },
  })
  return { ...world, stranger, sentToStranger: sent }
}

describe('a session under the same key of the same store', () => {
  it('is not handed to a client of another server, and its refresh token is not sent there', async () => {
    const { stranger, store, token, clock, open, later, sentToStranger } = await strangers()
    const session = stranger.sessionSource({ store, key: 'user', token: { refreshToken: 'its own' } })
    const failure = await failureOf(clock.run(session.token()))
    expect(failure.code).toBe('foreign_record')
    expect(visible(failure)).not.toContain(token.accessToken)
    later()
    expect(await codeOf(clock.run(session.token()))).toBe('foreign_record')
    expect(sentToStranger).toEqual([])
    expect((await clock.run(open().token())).accessToken).not.toBe(token.accessToken)
  })

  it('is not handed to another client of its server', async () => {
    const { store, clock, sibling, sent, login } = await pair({
      mock: {
        clients: ['web', 'app'].map((clientId) => ({ clientId, clientSecret: 'secret' })),
      },
    })
    const session = sibling({ clientId: 'app' }).sessionSource({ store, key: 'user', token: login() })
    expect(await codeOf(clock.run(session.token()))).toBe('foreign_record')
    expect(sent()).toEqual([])
  })

  it('is the same one where only the address of the token endpoint has changed', async () => {
    const { open, mock, token, clock } = await pair()
    const server = { ...mock.server, tokenEndpoint: `${mock.server.issuer}/moved` }
    expect((await clock.run(open({ server }).token())).accessToken).toBe(token.accessToken)
  })

  it('is not overwritten by another one’s login, nor by its logout', async () => {
    const { stranger, store, clock } = await strangers()
    const before = await contentOf(store)
    const session = stranger.sessionSource({ store, key: 'user' })
    const login = { accessToken: 'new', tokenType: 'Bearer', refreshToken: 'other', raw: {} }
    expect(await codeOf(clock.run(session.replace(login)))).toBe('foreign_record')
    expect(await contentOf(store)).toBe(before)
    expect(await codeOf(clock.run(session.end()))).toBe('foreign_record')
    expect(await contentOf(store)).toBe(before)
  })

  it('is left as it is by a client-credentials source, which asks for a token of its own', async () => {
    const { sibling, store, token, clock, mock, first, later } = await pair()
    const before = await contentOf(store)
    const source = sibling().clientCredentialsSource({ store, key: 'user' })
    expect((await clock.run(source.token())).accessToken).not.toBe(token.accessToken)
    expect(await contentOf(store)).toBe(before)
    later()
    await clock.run(source.token())
    expect(await contentOf(store)).toBe(before)
    expect(mock.requests.map(({ form }) => form?.['grant_type'])).toEqual(['client_credentials', 'client_credentials'])
    expect((await clock.run(first.token())).accessToken).not.toBe(token.accessToken)
  })
})

describe('a client-credentials token under the same key of the same store', () => {
  it('is not taken for a session', async () => {
    const { sibling, store, clock, login, sent } = siblings()
    const source = sibling().clientCredentialsSource({ store, key: 'user' })
    await clock.run(source.token())
    const before = await contentOf(store)
    const session = sibling().sessionSource({ store, key: 'user', token: login() })
    expect(await codeOf(clock.run(session.token()))).toBe('foreign_record')
    clock.set(clock.now() + lifetime)
    expect(await codeOf(clock.run(session.token()))).toBe('foreign_record')
    expect(await contentOf(store)).toBe(before)
    expect(sent()).toEqual([])
  })
})

describe('a session that waits while the store fails', () => {
  it('does not wait for what will not mend by itself', async () => {
    const { store, sibling, clock } = siblings()
    await store.set('user', 'something else', undefined)
    const session = sibling().sessionSource({ store, key: 'user', whenStoreFails: 'wait' })
    const from = clock.now()
    expect((await failureOf(clock.run(session.token()))).code).toBe('foreign_record')
    expect(clock.now()).toBe(from)
  })
})
