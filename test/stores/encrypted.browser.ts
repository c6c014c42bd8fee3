import { describe, expect, it } from 'vitest'
import { encrypted, memoryStore } from '../../src/index.js'
import { storeContract } from '../../src/testing/index.js'

const generateKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

const answerOf = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** What the page finds again after a reload. */
const throughIndexedDb = async (key: CryptoKey): Promise<CryptoKey> => {
  const opening = indexedDB.open(crypto.randomUUID())
  opening.onupgradeneeded = () => opening.result.createObjectStore('keys')
  const database = await answerOf(opening)
  await answerOf(database.transaction('keys', 'readwrite').objectStore('keys').put(key, 'mine'))
  return answerOf(database.transaction('keys').objectStore('keys').get('mine'))
}

describe('the encrypted store in a page', async () => {
  const store = encrypted(memoryStore(), { keys: [await generateKey()] })
  for (const { name, run } of storeContract) it(name, () => run(store))

  it('reads with a key that cannot be extracted and was kept in IndexedDB', async () => {
    const key = await generateKey()
    const inner = memoryStore()
    await encrypted(inner, { keys: [key] }).set('k', 'secret', undefined)
    const kept = await throughIndexedDb(key)
    expect(kept.extractable).toBe(false)
    expect((await encrypted(inner, { keys: [kept] }).get('k'))?.value).toBe('secret')
  })
})
