import { afterEach, describe, expect, it, vi } from 'vitest'
import { webKey } from '../../src/stores/web.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock, settle } from '../fixtures/fake-clock.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the key of a page', () => {
  it('is refused where there is no IndexedDB', async () => {
    expect((await failureOf(() => webKey())).code).toBe('unsupported')
  })

  it('is refused on a page that is not https', async () => {
    vi.stubGlobal('isSecureContext', false)
    expect((await failureOf(() => webKey())).code).toBe('insecure_url')
  })

  it('is not waited for longer than five seconds, where the browser opens its database and says no more', async () => {
    const database = {
      objectStoreNames: { contains: () => true },
      transaction: () => ({ objectStore: () => ({ get: () => ({}) }) }),
    }
    const open = () => {
      const request = { result: database, onsuccess: () => {} }
      queueMicrotask(() => request.onsuccess())
      return request
    }
    vi.stubGlobal('indexedDB', { open })
    vi.stubGlobal('addEventListener', () => {})
    const clock = fakeClock()
    const asked = failureOf(webKey({ clock }).keyPair(() => Promise.reject(new Error('none is made'))))
    await settle()
    await clock.pass(5000)
    expect((await asked).code).toBe('store_failed')
  })

  it('has a name', async () => {
    expect((await failureOf(() => webKey({ name: '' }))).code).toBe('invalid_argument')
  })
})
