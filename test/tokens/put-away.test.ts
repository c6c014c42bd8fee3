import { describe, expect, it } from 'vitest'
import type { Keeper } from '../../src/tokens/keeper.js'
import { sessionsOf } from '../../src/tokens/sessions.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fails, resets, tokenServer } from './token-server.js'

describe('a session that is put away', () => {
  it.each(['rotates', 'forgives'])(
    'after its refresh was lost, sends nothing twice to a server that %s',
    async (kind) => {
      const grace = { server: { tokenEndpoint: 'https://as.test/token', refreshTokenReuse: 'grace' as const } }
      const { client, next, refreshTokens } = tokenServer(kind === 'forgives' ? { client: grace } : {})
      const sessions = client.sessions({ mostHot: 1 })
      const ada = sessions.get('ada')
      ada.replace({ refreshToken: 'rt0' })
      next(resets, resets, resets)
      for (const code of kind === 'forgives' ? ['connection_lost', 'connection_lost'] : ['connection_lost']) {
        expect((await failureOf(ada.token())).code).toBe(code)
        sessions.get('bob').current()
      }
      expect((await failureOf(ada.token())).code).toBe('session_uncertain')
      sessions.get('bob').current()
      expect((await failureOf(ada.token())).code).toBe('session_ended')
      expect(refreshTokens()).toEqual(kind === 'forgives' ? ['rt0', 'rt0'] : ['rt0'])
    },
  )

  it('after it was refused, is not revived', async () => {
    const { client, next, sent } = tokenServer()
    const sessions = client.sessions({ mostHot: 1 })
    sessions.get('ada').replace({ refreshToken: 'rt0' })
    next(fails('invalid_grant'))
    await failureOf(sessions.get('ada').token())
    sessions.get('bob').current()
    expect((await failureOf(sessions.get('ada').token())).code).toBe('session_ended')
    expect(sent).toHaveLength(1)
  })

  it('after its refresh was lost, starts anew from a new login', async () => {
    const { client, next, clock } = tokenServer()
    const sessions = client.sessions({ mostHot: 1 })
    sessions.get('ada').replace({ refreshToken: 'rt0' })
    next(resets)
    await failureOf(sessions.get('ada').token())
    sessions.get('bob').current()
    sessions.get('ada').replace({ refreshToken: 'rt-new' })
    sessions.get('bob').current()
    expect((await clock.run(sessions.get('ada').token())).accessToken).toBe('at1')
  })

  it('had to wait for its renewal: once that is over, no more stay hot than may', () => {
    const { client } = tokenServer()
    let made = 0
    let asked = 0
    let busy = true
    const isBusy = () => {
      asked += 1
      return busy
    }
    const sessions = sessionsOf(() => {
      made += 1
      const keeper = { busy: isBusy, ended: () => false, lost: () => 0 } as Partial<Keeper> as Keeper
      return { keeper, session: client.sessionSource({ token: { refreshToken: 'rt0' } }) }
    }, 2)
    const keys = Array.from({ length: 100 }, (_, i) => `user${i}`)
    for (const key of keys) sessions.get(key).current()
    // Not each call walks past all that renew.
    expect(asked).toBeLessThanOrEqual(3 * keys.length)
    busy = false
    sessions.get('one more').current()
    made = 0
    for (const key of keys) sessions.get(key).current()
    expect(made).toBeGreaterThanOrEqual(keys.length - 1)
  })
})
