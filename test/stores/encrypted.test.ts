import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { fc, test } from '@fast-check/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type EncryptionKey, encrypted, memoryStore, type TokenStore } from '../../src/index.js'
import { storeContract } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { visible } from '../fixtures/visible.js'

const secret = '{"refreshToken":"hush-refresh 🐻"}'
const newKey = () => new Uint8Array(randomBytes(32))

/** A value as an encrypted store wrote it, and what is under `key` of the store below. */
const held = async (inner: TokenStore, key: string) => {
  const stored = await inner.get(key)
  if (!stored) throw new Error(`nothing is under ${key}`)
  return stored
}

const put = async (store: TokenStore, key: string, value: string) => {
  expect(await store.set(key, value, (await store.get(key).catch((error) => error))?.version)).toBe(true)
}

/** What a store made of `value` under `key`. */
const sealedBy = async (keys: readonly EncryptionKey[], key: string, value: string) => {
  const inner = memoryStore()
  await put(encrypted(inner, { keys }), key, value)
  return (await held(inner, key)).value
}

/** How a store with these keys reads `sealed` under `key`. */
const opening = async (keys: readonly EncryptionKey[], key: string, sealed: string) => {
  const inner = memoryStore()
  await put(inner, key, sealed)
  return (await encrypted(inner, { keys }).get(key))?.value
}

const cryptoKey = (usages: readonly ('encrypt' | 'decrypt')[], bytes = newKey(), name = 'AES-GCM') =>
  crypto.subtle.importKey('raw', bytes, name, false, usages)

describe('the encrypted store', () => {
  const store = encrypted(memoryStore(), { keys: [newKey()] })
  for (const { name, run } of storeContract) it(name, () => run(store))

  it('hands on the time and the version of the store below', async () => {
    const inner = { ...memoryStore(), get: async () => ({ value: sealed, version: 'v7', now: 42 }) }
    const keys = [newKey()]
    const sealed = await sealedBy(keys, 'k', 'a')
    expect(await encrypted(inner, { keys }).get('k')).toEqual({ value: 'a', version: 'v7', now: 42 })
  })

  it('watches only where the store below can', () => {
    const { watch: _, ...inner } = memoryStore()
    expect(encrypted(inner, { keys: [newKey()] })).not.toHaveProperty('watch')
  })

  it('works over a store that is a class with state', async () => {
    class Counting implements TokenStore {
      readonly #inner = memoryStore()
      calls = 0
      get(key: string) {
        this.calls += 1
        return this.#inner.get(key)
      }
      set(key: string, value: string, expectedVersion: string | undefined) {
        this.calls += 1
        return this.#inner.set(key, value, expectedVersion)
      }
      delete(key: string, expectedVersion: string) {
        this.calls += 1
        return this.#inner.delete(key, expectedVersion)
      }
      withLock<Result>(key: string, work: (lost: AbortSignal) => Promise<Result>) {
        this.calls += 1
        return this.#inner.withLock(key, work)
      }
      watch(_key: string, _listener: () => void) {
        this.calls += 1
        return () => {}
      }
    }
    const inner = new Counting()
    // Taken out of the object: none of them needs it.
    const { get, set, delete: remove, withLock, watch } = encrypted(inner, { keys: [newKey()] })
    await set('k', 'a', undefined)
    const { version = '' } = (await get('k')) ?? {}
    await withLock('k', () => remove('k', version))
    watch?.('k', () => {})()
    expect(inner.calls).toBe(5)
  })
})

describe('what the store below sees', () => {
  it('is no plain text, in no argument of any call', async () => {
    const inner = memoryStore()
    const seen: unknown[] = []
    const spy = new Proxy(inner, {
      get: (target, name: keyof TokenStore) => {
        const method = target[name] as ((...given: unknown[]) => unknown) | undefined
        return (...given: unknown[]) => {
          seen.push(...given)
          return method?.(...given)
        }
      },
    })
    const key = newKey()
    const store = encrypted(spy, { keys: [key] })
    await put(store, 'user-1', secret)
    await put(store, 'user-1', `${secret}${'long '.repeat(50_000)}`)
    await store.withLock('user-1', async () => secret)
    await store.delete('user-1', (await held(inner, 'user-1')).version)
    const texts = seen.filter((each) => typeof each === 'string')
    expect(texts.join('\n')).toMatch(/^[\x21-\x7e\s]*$/)
    expect(seen.filter((each) => typeof each === 'string' && each.startsWith('bearward1.'))).toHaveLength(2)
    // Also not as base64, at any of the three offsets, nor the key.
    const forms = [0, 1, 2].map((skip) => btoa('hush-refresh'.slice(skip)).slice(0, 8).replaceAll('+', '-'))
    for (const form of ['hush', 'refreshToken', ...forms, Buffer.from(key).toString('base64url').slice(0, 8)]) {
      for (const text of texts) expect(text.includes(form)).toBe(false)
    }
  })

  it('is compact: 30 characters of head, and 28 bytes more than the value, as base64url', async () => {
    const sealed = await sealedBy([newKey()], 'k', 'x'.repeat(3000))
    expect(sealed).toMatch(/^bearward1\.[\w-]{8}\.[\w-]+$/)
    expect(sealed.length).toBe(19 + Math.ceil(((3000 + 28) * 4) / 3))
  })

  it('has another nonce at each write, and another text each time', async () => {
    const inner = memoryStore()
    const store = encrypted(inner, { keys: [newKey()] })
    const nonces = new Set<string>()
    for (let i = 0; i < 5000; i += 1) {
      const key = `user-${i % 7}`
      await put(store, key, secret)
      nonces.add((await held(inner, key)).value.split('.')[2]?.slice(0, 16) ?? '')
    }
    expect(nonces.size).toBe(5000)
  })

  it('has another head under each key of encryption, and the same one whatever the form of the key', async () => {
    const headOf = async (key: EncryptionKey) => (await sealedBy([key], 'k', 'a')).slice(0, 19)
    const bytes = newKey()
    const hex = Buffer.from(bytes).toString('hex')
    const forms = [bytes, hex, await cryptoKey(['encrypt', 'decrypt'], bytes)]
    expect(new Set(await Promise.all(forms.map(headOf))).size).toBe(1)
    expect(new Set(await Promise.all(Array.from({ length: 50 }, () => headOf(newKey())))).size).toBe(50)
  })
})

describe('the form of a key', () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, i) => (i * 59 + 251) % 256)
  const base64 = Buffer.from(bytes).toString('base64')
  const forms: Readonly<Record<string, EncryptionKey | Promise<EncryptionKey>>> = {
    bytes,
    'a Buffer': Buffer.from(bytes),
    'part of a larger buffer': new Uint8Array([9, ...bytes, 9]).subarray(1, 33),
    base64,
    'base64 without padding': base64.slice(0, -1),
    base64url: Buffer.from(bytes).toString('base64url'),
    hexadecimal: Buffer.from(bytes).toString('hex'),
    'hexadecimal in capitals': Buffer.from(bytes).toString('hex').toUpperCase(),
    'a text with the new line of its file': `${base64}\n`,
    'a CryptoKey': cryptoKey(['encrypt', 'decrypt'], bytes),
  }

  it.each(Object.entries(forms))('may be %s', async (_, form) => {
    expect(base64).toMatch(/[+/].*=$/)
    const key = await form
    const sealed = await sealedBy([key], 'k', secret)
    expect(await opening([bytes], 'k', sealed)).toBe(secret)
    expect(await opening([key], 'k', await sealedBy([bytes], 'k', secret))).toBe(secret)
  })

  it('may be a CryptoKey that can do more', async () => {
    const usages: KeyUsage[] = ['wrapKey', 'decrypt', 'unwrapKey', 'encrypt']
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, usages)
    expect(await opening([key], 'k', await sealedBy([key], 'k', secret))).toBe(secret)
  })

  it('is copied: the caller may wipe the bytes at once', async () => {
    for (const key of [newKey(), Buffer.from(newKey())]) {
      const before = new Uint8Array(key)
      const inner = memoryStore()
      const store = encrypted(inner, { keys: [key] })
      key.fill(0)
      await put(store, 'k', secret)
      expect(await opening([before], 'k', (await held(inner, 'k')).value)).toBe(secret)
    }
  })

  it('is not read again from an array that changes', async () => {
    const [mine, other] = [newKey(), newKey()]
    const keys = [mine]
    const inner = memoryStore()
    const store = encrypted(inner, { keys })
    keys[0] = other
    await put(store, 'k', secret)
    expect(await opening([mine], 'k', (await held(inner, 'k')).value)).toBe(secret)
  })

  const wrong: Readonly<Record<string, unknown>> = {
    'a passphrase': 'hush: correct horse battery staple',
    'a passphrase of 32 letters': 'hush'.repeat(8),
    'a passphrase of 43 letters with a blank': `hush ${'x'.repeat(38)}`,
    'an empty text': '',
    'an unset variable': undefined,
    null: null,
    'too few bytes': new Uint8Array(31).fill(7),
    'too many bytes': new Uint8Array(33).fill(7),
    'AES-128': new Uint8Array(16).fill(7),
    'base64 of 31 bytes': Buffer.alloc(31, 'hush').toString('base64'),
    'base64 of 33 bytes': Buffer.alloc(33, 'hush').toString('base64'),
    'hexadecimal of 31 bytes': Buffer.alloc(31, 'hush').toString('hex'),
    'hexadecimal with an odd letter': `${Buffer.alloc(31, 'hush').toString('hex')}0g`,
    'two texts': `${base64} ${base64}`,
    'a number': 32,
    'a plain array': Array.from({ length: 32 }, () => 7),
    'an ArrayBuffer': new ArrayBuffer(32),
    'a DataView': new DataView(new ArrayBuffer(32)),
    'an object': { algorithm: 'AES-GCM' },
    'a CryptoKey of 128 bits': cryptoKey(['encrypt', 'decrypt'], new Uint8Array(16)),
    'a CryptoKey of another algorithm': cryptoKey(['encrypt', 'decrypt'], newKey(), 'AES-CBC'),
    'a CryptoKey that cannot encrypt': cryptoKey(['decrypt']),
    'a CryptoKey that cannot decrypt': cryptoKey(['encrypt']),
  }

  it.each(Object.entries(wrong))('is not %s: refused at once, and not printed', async (_, form) => {
    const key = (await form) as EncryptionKey
    for (const [keys, index] of [[[key], 0] as const, [[newKey(), key], 1] as const]) {
      const failure = await failureOf(() => encrypted(memoryStore(), { keys }))
      expect(failure).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(`keys[${index}]`) })
      expect(visible(failure)).not.toMatch(/hush|68757368|aHVz|7, ?7/)
    }
  })

  it.each([[[]], [undefined], [null], ['hush'.repeat(11)]])('is not missing: keys = %j', async (keys) => {
    const failure = await failureOf(() => encrypted(memoryStore(), { keys: keys as readonly EncryptionKey[] }))
    expect(failure.code).toBe('invalid_argument')
    expect(visible(failure)).not.toContain('hush')
  })

  it('can be seen in no store', async () => {
    const text = `${'hush'.repeat(10)}hus`
    const store = encrypted(memoryStore(), { keys: [text, bytes] })
    await put(store, 'k', secret)
    const shown = `${visible(store)}\n${inspect(store, { depth: 9, showHidden: true, getters: true })}`
    expect(shown).not.toMatch(/hush|bearward1|251, 54|Uint8Array|CryptoKey/)
  })
})

describe('rotation', () => {
  it('reads what an older key wrote, and writes with the first', async () => {
    const [old, middle, young] = [newKey(), newKey(), newKey()]
    const inner = memoryStore()
    await put(encrypted(inner, { keys: [old] }), 'k', 'a')
    const store = encrypted(inner, { keys: [young, middle, old] })
    expect((await store.get('k'))?.value).toBe('a')
    const before = await held(inner, 'k')
    await put(store, 'k', 'b')
    expect(await opening([young], 'k', (await held(inner, 'k')).value)).toBe('b')
    // Reading alone has written nothing.
    expect(await opening([old], 'k', before.value)).toBe('a')
  })

  it('lets processes with the old order and with the new one work side by side', async () => {
    const [old, young] = [newKey(), newKey()]
    const inner = memoryStore()
    const [before, after] = [encrypted(inner, { keys: [old, young] }), encrypted(inner, { keys: [young, old] })]
    for (const [writer, reader] of [
      [before, after],
      [after, before],
    ] as const) {
      await put(writer, 'k', secret)
      expect((await reader.get('k'))?.value).toBe(secret)
    }
  })

  it('takes a key that is there twice', async () => {
    const key = newKey()
    expect(await opening([key, key], 'k', await sealedBy([key, key], 'k', secret))).toBe(secret)
  })
})

describe('what cannot be decrypted', () => {
  const keys = [newKey(), newKey()]
  const undecipherable = async (key: string, sealed: string, why: RegExp) => {
    const failure = await failureOf(opening(keys, key, sealed))
    expect(failure).toMatchObject({ code: 'undecipherable', message: expect.stringMatching(why) })
    if (sealed.length > 20) expect(visible(failure)).not.toContain(sealed.slice(-20))
    expect(failure.cause).toBeUndefined()
  }

  it('is a text with any one character changed, doubled, left out or put in', async () => {
    const alphabet = 'Ab9_+/= \né'
    // Three lengths, with two, four and no bits to spare in the last character.
    for (const value of ['', 'a', 'ab']) {
      const sealed = await sealedBy(keys, 'k', value)
      for (let at = 0; at <= sealed.length; at += 1) {
        const [head, here, tail] = [sealed.slice(0, at), sealed.slice(at, at + 1), sealed.slice(at + 1)]
        const others = [...alphabet].filter((letter) => letter !== here).map((letter) => head + letter + tail)
        const flipped = [1, 2, 4, 8, 16].map((bit) => head + String.fromCharCode(here.charCodeAt(0) ^ bit) + tail)
        const shifted = [
          head + tail,
          head + here + here + tail,
          head,
          ...[...alphabet].map((l) => head + l + here + tail),
        ]
        for (const changed of [...others, ...(here ? flipped : []), ...shifted]) {
          if (changed === sealed) continue
          await undecipherable('k', changed, /^a stored value was (changed or moved|encrypted with none)/)
        }
      }
    }
  }, 60_000)

  it("is a value that was moved to another user's key", async () => {
    const inner = memoryStore()
    const store = encrypted(inner, { keys })
    await put(store, 'ada', 'of ada')
    await put(store, 'bob', 'of bob')
    const [ada, bob] = [await held(inner, 'ada'), await held(inner, 'bob')]
    await inner.set('ada', bob.value, ada.version)
    await inner.set('bob', ada.value, bob.version)
    for (const key of ['ada', 'bob']) {
      expect(await failureOf(store.get(key))).toMatchObject({
        code: 'undecipherable',
        message: 'a stored value was changed or moved; it was not deleted',
      })
    }
  })

  it.each([
    ['k1', 'k'],
    ['k', 'k1'],
    ['K', 'k'],
    ['k ', 'k'],
    ['é', 'e\u0301'],
    ['', 'bearward1.'],
  ])('is a value that was moved from %j to %j', async (from, to) => {
    await undecipherable(to, await sealedBy(keys, from, secret), /changed or moved/)
  })

  it('is a value with the head of another key that is there', async () => {
    const [mine, other] = await Promise.all([[...keys], [...keys].reverse()].map((ring) => sealedBy(ring, 'k', secret)))
    await undecipherable('k', `${other?.slice(0, 19)}${mine?.slice(19)}`, /changed or moved/)
  })

  it.each([
    ['a value of a key that is missing', () => sealedBy([newKey()], 'k', secret)],
    ['plain text from before', async () => secret],
    ['nothing', async () => ''],
    ['a later format', async () => (await sealedBy(keys, 'k', secret)).replace('1', '2')],
  ])('is %s: no key encrypted it', async (_, make) => {
    await undecipherable('k', await make(), /encrypted with none of the keys; it was not deleted$/)
  })

  it('stays where it is until somebody decides', async () => {
    const inner = memoryStore()
    await put(encrypted(inner, { keys: [newKey()] }), 'k', secret)
    const before = await held(inner, 'k')
    const store = encrypted(inner, { keys })
    const failure = await failureOf(store.get('k'))
    await failureOf(store.get('k'))
    expect(await store.set('k', 'new', undefined)).toBe(false)
    expect(await held(inner, 'k')).toEqual(before)
    if (failure.code !== 'undecipherable') throw failure
    expect(await store.set('k', 'new', failure.version)).toBe(true)
    expect((await store.get('k'))?.value).toBe('new')
    expect(await store.set('k', 'newer', failure.version)).toBe(false)
  })

  it('can be deleted with the version that the error tells', async () => {
    const inner = memoryStore()
    await put(inner, 'k', secret)
    const store = encrypted(inner, { keys })
    const failure = await failureOf(store.get('k'))
    expect(failure.code === 'undecipherable' && (await store.delete('k', failure.version))).toBe(true)
    expect(await store.get('k')).toBeUndefined()
  })

  it('may be plain text that is encrypted in its place, unless somebody has written since', async () => {
    const inner = memoryStore()
    const store = encrypted(inner, { keys })
    await put(inner, 'k', secret)
    const before = await held(inner, 'k')
    expect(await store.set('k', before.value, before.version)).toBe(true)
    expect((await store.get('k'))?.value).toBe(secret)
    expect(await store.set('k', before.value, before.version)).toBe(false)
  })

  it('is not what fails when the store below does', async () => {
    const down = new Error('down')
    const inner = { ...memoryStore(), get: () => Promise.reject(down), set: () => Promise.reject(down) }
    const store = encrypted(inner, { keys })
    await expect(store.get('k')).rejects.toBe(down)
    await expect(store.set('k', 'a', undefined)).rejects.toBe(down)
  })
})

describe('a second implementation', () => {
  const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i))
  const cipher = (nonce: Buffer, bound: string, value: string) => {
    const made = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(bound))
    return Buffer.concat([made.update(value, 'utf8'), made.final(), made.getAuthTag()])
  }
  const head = `bearward1.${cipher(Buffer.alloc(12), '', '').subarray(0, 6).toString('base64url')}.`

  it('opens what the store wrote', async () => {
    const sealed = await sealedBy([bytes], 'user 🐻', secret)
    expect(sealed.startsWith(head)).toBe(true)
    const packed = Buffer.from(sealed.slice(head.length), 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', bytes, packed.subarray(0, 12))
    decipher.setAAD(Buffer.from(`${head}user 🐻`)).setAuthTag(packed.subarray(-16))
    expect(decipher.update(packed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')).toBe(secret)
  })

  it('writes what the store opens', async () => {
    const nonce = randomBytes(12)
    const packed = Buffer.concat([nonce, cipher(nonce, `${head}user 🐻`, secret)])
    expect(await opening([bytes], 'user 🐻', head + packed.toString('base64url'))).toBe(secret)
  })

  it('wrote this long ago: the format stays', async () => {
    const sealed =
      'bearward1.8F12rkq5.jHqZ2n_7nEFT7HecFXFmJqtoxcsns5uRt-t9FNtlixW2vvKLBPv8TcHcyvf6gCJO0W4NDxb8aoPEMhoJYt8hGA'
    expect(await opening([bytes], 'user-1', sealed)).toBe(secret)
  })
})

describe('any text', () => {
  const keys = [newKey()]
  const inner = memoryStore()
  const store = encrypted(inner, { keys })
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.json(),
    fc.constantFrom('\uFEFFa mark in front', '\u0000', '\r\n', 'bearward1.', 'bearward1.AAAAAAAA.'),
  )

  test.prop([text, text])('comes back as it was, under any key', async (key, value) => {
    await put(store, key, value)
    expect((await store.get(key))?.value).toBe(value)
    expect((await held(inner, key)).value).toMatch(/^bearward1\.[\w-]{8}\.[\w-]{38,}$/)
  })

  test.prop([
    fc.oneof(
      text,
      text.map((rest) => `bearward1.${rest}`),
    ),
  ])('that was not sealed is refused', async (value) => {
    expect((await failureOf(opening(keys, 'k', value))).code).toBe('undecipherable')
  })

  it('of a megabyte comes back', async () => {
    const large = 'žluťoučký 🐻 '.repeat(60_000)
    await put(store, 'large', large)
    expect((await store.get('large'))?.value === large).toBe(true)
  })

  it('comes back to many who ask a new store at once', async () => {
    await put(store, 'many', secret)
    const fresh = encrypted(inner, { keys })
    const read = await Promise.all(Array.from({ length: 100 }, () => fresh.get('many')))
    expect(read.every((stored) => stored?.value === secret)).toBe(true)
  })
})

describe('a page that is not https', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('is told so at once, for it has no Web Crypto', async () => {
    vi.stubGlobal('crypto', { getRandomValues: () => {} })
    expect((await failureOf(() => encrypted(memoryStore(), { keys: [new Uint8Array(32)] }))).code).toBe('insecure_url')
  })
})
