import { describe, expect, it } from 'vitest'
import { createDPoP, type ProofKeyPair } from '../../src/dpop/index.js'
import { bearerFetch, type Client } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { lifetime, siblings } from '../tokens/siblings.js'

const worldOf = () => {
  const world = siblings()
  const { clock, mock, store, sibling } = world
  const dpopOf = (allowBearerTokens = false) => createDPoP({ clock, allowBearerTokens })
  const callOf = (client: Client) => {
    const source = client.clientCredentialsSource({ store })
    const api = bearerFetch(source, { origins: [new URL(mock.resource).origin], fetch: mock.fetch })
    // Signing takes real time, so that the clock stands still.
    return async () => (await api(mock.resource)).status
  }
  const granted = () => mock.requests.filter(({ endpoint }) => endpoint === 'token').length
  return { ...world, dpopOf, callOf, granted, sibling }
}

describe('a token of client credentials in a store', () => {
  it('is shared by those who share the key', async () => {
    const { sibling, dpopOf, callOf, granted } = worldOf()
    const dpop = dpopOf()
    expect([await callOf(sibling({ dpop }))(), await callOf(sibling({ dpop }))()]).toEqual([200, 200])
    expect(granted()).toBe(1)
  })

  it('is asked for anew where the stored one is bound to another key, as after a restart', async () => {
    const { sibling, dpopOf, callOf, granted } = worldOf()
    const calls = [callOf(sibling({ dpop: dpopOf() })), callOf(sibling({ dpop: dpopOf() }))]
    for (const call of calls) expect(await call()).toBe(200)
    // Each lives on with its own.
    for (const call of calls) expect(await call()).toBe(200)
    expect(granted()).toBe(2)
  })

  it('is asked for anew where the stored one is bound, and the client has no key', async () => {
    const { sibling, dpopOf, callOf, granted } = worldOf()
    expect([await callOf(sibling({ dpop: dpopOf() }))(), await callOf(sibling())()]).toEqual([200, 200])
    expect(granted()).toBe(2)
  })

  it('is asked for anew where the stored one is bound to nothing, unless such tokens are allowed', async () => {
    const { sibling, dpopOf, callOf, granted, mock } = worldOf()
    await callOf(sibling())()
    await callOf(sibling({ dpop: dpopOf(true) }))()
    expect(granted()).toBe(1)
    await callOf(sibling({ dpop: dpopOf() }))()
    expect(granted()).toBe(2)
    expect(mock.requests.at(-1)?.headers['authorization']).toMatch(/^DPoP /)
  })
})

describe('a session in a store', () => {
  it('loses nothing while the place of its key hangs', async () => {
    const { sibling, store, clock, mock, sent } = worldOf()
    const pair = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair
    let hangs = true
    const key = { keyPair: () => (hangs ? new Promise<ProofKeyPair>(() => {}) : Promise.resolve(pair)) }
    const client = sibling({ dpop: createDPoP({ key, clock }) })
    const session = client.sessionSource({ store, key: 'user', token: mock.issue({ clientId: 'web' }) })
    clock.set(clock.now() + lifetime)
    for (let time = 0; time < 2; time++) {
      expect(await failureOf(clock.run(session.token()))).toMatchObject({ code: 'timeout', delivery: 'not_processed' })
    }
    hangs = false
    // The pause after a second failure.
    await clock.pass(30_000)
    expect(await session.token()).toMatchObject({ tokenType: 'DPoP' })
    expect(sent()).toHaveLength(1)
  })
})
