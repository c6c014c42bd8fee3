import { afterEach, describe, expect, it, vi } from 'vitest'
import { OAuthError } from '../../src/core/errors.js'
import { webStore } from '../../src/stores/web.js'
import { storeContract } from '../../src/testing/index.js'
import { failureOf } from '../../src/testing/stores/store-steps.js'

describe('the store of a browser', () => {
  const store = webStore()
  for (const { name, run } of storeContract) it(name, () => run(store))
})

describe('the store of a tab', () => {
  const store = webStore({ perTab: true })
  for (const { name, run } of storeContract) it(name, () => run(store))
})

type Method = (this: unknown, ...given: unknown[]) => unknown

const mended: (() => void)[] = []

/** Does `instead` the next few times, with the browser's own function at hand. */
const patch = (
  prototype: object,
  name: string,
  times: number,
  instead: (own: () => unknown, self: unknown) => unknown,
): void => {
  const methods = prototype as Record<string, Method>
  const own = methods[name] as Method
  const mend = () => {
    methods[name] = own
  }
  mended.push(mend)
  let left = times
  methods[name] = function (...given) {
    left -= 1
    if (!left) mend()
    return instead(() => own.apply(this, given), this)
  }
}

const gone = (name: string) => () => {
  throw new DOMException('of the browser', name)
}

/** The transaction comes to its end, and then says that it failed. */
const failsAtTheEnd = (name: string) => (own: () => unknown) => {
  const transaction = own() as IDBTransaction
  Object.defineProperty(transaction, 'error', { value: new DOMException('of the browser', name) })
  Object.defineProperty(transaction, 'oncomplete', {
    set: () => transaction.addEventListener('complete', () => transaction.onabort?.(new Event('abort'))),
  })
  return transaction
}

describe('when the browser lets it down', () => {
  afterEach(() => {
    for (const mend of mended.splice(0)) mend()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })

  it('opens a connection anew that was closed under it', async () => {
    const store = webStore()
    const key = crypto.randomUUID()
    await store.set(key, 'a', undefined)
    const close = (own: () => unknown, self: unknown) => {
      ;(self as IDBDatabase).close()
      return own()
    }
    patch(IDBDatabase.prototype, 'transaction', 1, close)
    const version = (await store.get(key))?.version
    patch(IDBDatabase.prototype, 'transaction', 1, close)
    expect(await store.set(key, 'b', version)).toBe(true)
    expect((await store.get(key))?.value).toBe('b')
  })

  it('leaves nothing behind of a connection that was lost in a transaction', async () => {
    const store = webStore()
    await store.get('a')
    const [begun, ended] = [vi.spyOn(globalThis, 'addEventListener'), vi.spyOn(globalThis, 'removeEventListener')]
    patch(IDBDatabase.prototype, 'transaction', 1, gone('UnknownError'))
    await store.get('a')
    const heard = (spy: typeof begun) => spy.mock.calls.filter(([type]) => type === 'pagehide').length
    expect([heard(begun), heard(ended as typeof begun)]).toEqual([1, 1])
  })

  it('tells a write as one that was written before its connection was lost', async () => {
    const store = webStore()
    const key = crypto.randomUUID()
    patch(IDBDatabase.prototype, 'transaction', 1, failsAtTheEnd('UnknownError'))
    expect(await store.set(key, 'a', undefined)).toBe(true)
    const version = (await store.get(key))?.version
    patch(IDBDatabase.prototype, 'transaction', 1, failsAtTheEnd('UnknownError'))
    expect(await store.set(key, 'b', version)).toBe(true)
    expect((await store.get(key))?.value).toBe('b')
  })

  it('does not try for ever, and recovers when the browser does', async () => {
    const store = webStore()
    const key = crypto.randomUUID()
    patch(IDBDatabase.prototype, 'transaction', 2, gone('UnknownError'))
    expect(await failureOf(store.get(key))).toMatchObject({ name: 'UnknownError' })
    expect(await store.get(key)).toBeUndefined()
  })

  it('hands on that there is no room, and keeps what is there', async () => {
    const store = webStore()
    const key = crypto.randomUUID()
    await store.set(key, 'a', undefined)
    const stored = await store.get(key)
    patch(IDBDatabase.prototype, 'transaction', 1, (own) => {
      const transaction = own() as IDBTransaction
      const quota = { value: new DOMException('of the browser', 'QuotaExceededError') }
      transaction.addEventListener('abort', () => Object.defineProperty(transaction, 'error', quota))
      patch(IDBObjectStore.prototype, 'put', 1, (put) => {
        put()
        transaction.abort()
      })
      return transaction
    })
    const failure = await failureOf(store.set(key, 'a secret', stored?.version))
    expect(failure).toMatchObject({ name: 'QuotaExceededError' })
    expect(`${failure}`).not.toContain('secret')
    expect(await store.get(key)).toEqual(stored)
  })

  it('fails when the database cannot be opened, as in some private modes, and tries again when it is asked again', async () => {
    const store = webStore()
    patch(IDBFactory.prototype, 'open', 2, gone('InvalidStateError'))
    expect(await failureOf(store.get('a'))).toMatchObject({ name: 'InvalidStateError' })
    await store.get('a')
  })

  it('fails when the database is not opened in time', async () => {
    const slept: number[] = []
    const sleep = async (ms: number) => {
      slept.push(ms)
    }
    const store = webStore({ clock: { now: () => 0, sleep } })
    patch(IDBFactory.prototype, 'open', 1, () => ({}))
    expect(await failureOf(store.get('a'))).toMatchObject({ name: 'TimeoutError' })
    expect(slept).toEqual([5000])
  })

  it('closes a connection that comes too late, so that it stands in nobody’s way', async () => {
    const name = crypto.randomUUID()
    const store = webStore({ name, clock: { now: () => 0, sleep: async () => {} } })
    expect(await failureOf(store.get('a'))).toMatchObject({ name: 'TimeoutError' })
    const deleted = new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(`bearward ${name}`)
      request.onsuccess = () => resolve('deleted')
      request.onerror = reject
    })
    expect(await deleted).toBe('deleted')
  })

  it('has what it wrote on the disk before it says so', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await webStore().set(crypto.randomUUID(), 'a', undefined)
    expect(transaction.mock.results.map(({ value }) => [value.mode, value.durability])).toEqual([
      ['readwrite', 'strict'],
    ])
  })

  it('fails with the reason of the signal also where the browser has one of its own', async () => {
    const store = webStore()
    const [leave, reason] = [new AbortController(), new Error('of the caller')]
    patch(LockManager.prototype, 'request', 1, async () => {
      leave.abort(reason)
      throw new DOMException('of the browser', 'AbortError')
    })
    expect(await failureOf(store.withLock('a', async () => {}, { signal: leave.signal }))).toBe(reason)
  })

  it('hands on that it may not lock', async () => {
    patch(LockManager.prototype, 'request', 1, async () => gone('SecurityError')())
    expect(await failureOf(webStore().withLock('a', async () => {}))).toMatchObject({ name: 'SecurityError' })
  })

  it.each(['indexedDB', 'BroadcastChannel'])('says so where there is no %s', async (missing) => {
    vi.stubGlobal(missing, undefined)
    expect(() => webStore()).toThrow(expect.objectContaining({ code: 'unsupported' }))
  })

  it('says so on a page that is not https', () => {
    vi.stubGlobal('isSecureContext', false)
    expect(() => webStore()).toThrow(expect.objectContaining({ code: 'insecure_url' }))
  })
})

describe('its options', () => {
  it.each(['', 1, null, '\uD800'])('refuse %j as a name', (name) => {
    const make = () => webStore({ name: name as string })
    expect(make).toThrow(OAuthError)
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
  })
})

describe('a store that is printed', () => {
  it('shows methods and nothing else', async () => {
    const store = webStore({ perTab: true })
    await store.set(crypto.randomUUID(), 'a secret', undefined)
    expect(JSON.stringify(store)).toBe('{}')
    expect(Object.entries(store).map(([name, value]) => [name, typeof value])).toEqual(
      ['get', 'set', 'delete', 'withLock', 'watch'].map((name) => [name, 'function']),
    )
  })
})
