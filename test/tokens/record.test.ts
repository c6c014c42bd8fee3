import { describe, expect, it } from 'vitest'
import { memoryStore, type TokenStore } from '../../src/index.js'
import { placeOf, type TokenRecord } from '../../src/tokens/record.js'
import { fakeClock } from '../fixtures/fake-clock.js'

const noon = Date.UTC(2030, 0, 1, 12)

/** A store whose clock stands at noon. */
const tellsNoon = (): TokenStore => {
  const inner = memoryStore()
  return {
    ...inner,
    get: async (key) => {
      const stored = await inner.get(key)
      return stored && { ...stored, now: noon }
    },
  }
}

const nothing = { record: { generation: 0 }, version: undefined }

describe('a record, where the store tells the time', () => {
  const store = tellsNoon()
  const placeAt = (key: string, now: number) => placeOf(store, key, fakeClock(now), 'it')

  const of = (moment: number): TokenRecord => ({
    ...{ generation: 1, owner: 'it', askedAt: moment - 1000 },
    token: { accessToken: 'at', expiresAt: moment + 60_000, refreshTokenExpiresAt: moment + 90_000, raw: {} },
  })

  it('has all its moments by the clock of the store, and each process reads them by its own', async () => {
    const ahead = placeAt('all', noon + 300_000)
    expect(await ahead.write(of(noon + 300_000), nothing)).toBe(true)
    expect(JSON.parse((await store.get('all'))?.value ?? '')).toMatchObject({
      askedAt: noon - 1000,
      token: { expiresAt: noon + 60_000, refreshTokenExpiresAt: noon + 90_000 },
    })
    const behind = placeAt('all', noon - 200_000)
    expect((await behind.look()).record).toMatchObject(of(noon - 200_000))
  })

  it('has none of the moments that it had not before', async () => {
    const token = { accessToken: 'at', raw: {} }
    await placeAt('none', noon + 300_000).write({ generation: 1, token }, nothing)
    const { record } = await placeAt('none', noon - 200_000).look()
    expect(record).toStrictEqual({ generation: 1, owner: 'it', token: expect.objectContaining({ accessToken: 'at' }) })
    expect(record.token).not.toHaveProperty('expiresAt')
    expect(record.token).not.toHaveProperty('refreshTokenExpiresAt')
  })
})
