import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDPoP, type ProofKeyPair, storedKey } from '../../src/dpop/index.js'
import { encrypted, memoryStore, type TokenStore } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { visible } from '../fixtures/visible.js'
import { proofIn } from './proofs.js'

const request = { method: 'GET', url: 'https://api.test/things', token: { accessToken: 'at' } }
const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
const pairOf = (algorithm: AlgorithmIdentifier | RsaHashedKeyGenParams = parameters, extractable = false) =>
  crypto.subtle.generateKey(algorithm, extractable, ['sign', 'verify']) as Promise<CryptoKeyPair>

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a proof', () => {
  it.each(['ES256', 'EdDSA', 'PS256', 'RS256'] as const)(
    'of %s is one to jose, and so is the thumbprint',
    async (alg) => {
      const dpop = createDPoP({ alg })
      const { header } = await dpop.prove(request)
      const { protectedHeader } = await jwtVerify(header, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [alg] })
      expect(protectedHeader.jwk && (await calculateJwkThumbprint(protectedHeader.jwk))).toBe(await dpop.thumbprint())
    },
  )

  it('has the hash of the access token that RFC 9449 §7.1 has for it', async () => {
    const token = { accessToken: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU' }
    const { header } = await createDPoP().prove({ ...request, token })
    expect(proofIn(header)?.claims['ath']).toBe('fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo')
  })

  it('names the URL as it goes over the wire, without query and fragment', async () => {
    const htuOf = async (url: string) => proofIn((await createDPoP().prove({ ...request, url })).header)?.claims['htu']
    expect(await htuOf('https://API.test:443/a/../b c#part')).toBe('https://api.test/b%20c')
    expect(await htuOf('https://api.test:8443?q=/#part')).toBe('https://api.test:8443/')
  })

  it('holds the nonce of each server, and forgets them when there are a thousand', async () => {
    const pair = await pairOf({ name: 'Ed25519' })
    const dpop = createDPoP({ key: pair })
    const at = (server: number) => ({ ...request, url: `https://api${server}.test/` })
    const nonceAt = async (server: number) => proofIn((await dpop.prove(at(server))).header)?.claims['nonce']
    const meet = async (server: number) => {
      const headers = new Headers({ 'dpop-nonce': `n${server}` })
      expect((await dpop.prove(at(server))).heed({ status: 200, headers })).toBe(false)
    }
    for (let server = 0; server < 1001; server++) await meet(server)
    expect([await nonceAt(0), await nonceAt(1000)]).toEqual(['n0', 'n1000'])
    await meet(1001)
    expect([await nonceAt(0), await nonceAt(1001)]).toEqual([undefined, 'n1001'])
  })

  it('shows no private key, and neither does what makes it', async () => {
    let pair: ProofKeyPair | undefined
    const dpop = createDPoP({
      key: {
        keyPair: async (make) => {
          pair ??= await make(true)
          return pair
        },
      },
    })
    const proof = await dpop.prove(request)
    const { d } = await crypto.subtle.exportKey('jwk', (pair as CryptoKeyPair).privateKey)
    expect(d).toMatch(/^[\w-]{43}$/)
    expect(visible(dpop) + visible(proof) + JSON.stringify(proofIn(proof.header))).not.toContain(d)
  })
})

describe('the key', () => {
  it('cannot be extracted, unless its place must write it down', async () => {
    const made: ProofKeyPair[] = []
    const place = (extractable: boolean) => ({
      keyPair: async (make: (extractable: boolean) => Promise<ProofKeyPair>) => {
        made.push(await make(extractable))
        return made.at(-1) as ProofKeyPair
      },
    })
    await createDPoP({ key: place(false) }).thumbprint()
    await createDPoP({ key: place(true) }).thumbprint()
    expect(made.map(({ privateKey }) => privateKey.extractable)).toEqual([false, true])
  })

  it('is made once, however many ask for it at the same moment, and not before', async () => {
    const generate = vi.spyOn(crypto.subtle, 'generateKey')
    const dpop = createDPoP()
    expect(generate).not.toHaveBeenCalled()
    const proofs = await Promise.all(Array.from({ length: 5 }, () => dpop.prove(request)))
    const keys = new Set(proofs.map(({ header }) => JSON.stringify(proofIn(header)?.header['jwk'])))
    expect(keys.size).toBe(1)
  })

  it('may be one of yours, whose algorithm it then is', async () => {
    const pair = await pairOf({ name: 'Ed25519' })
    const { header, alg } = await createDPoP({ key: pair, alg: 'ES256' }).prove(request)
    const { x } = await crypto.subtle.exportKey('jwk', pair.publicKey)
    expect([alg, proofIn(header)?.header['jwk']]).toEqual(['EdDSA', { crv: 'Ed25519', kty: 'OKP', x }])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['of another curve', () => pairOf({ name: 'ECDSA', namedCurve: 'P-384' } as EcKeyGenParams)],
    [
      'of another hash',
      () => pairOf({ name: 'RSA-PSS', hash: 'SHA-512', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }),
    ],
    ['that agrees and does not sign', () => crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits'])],
    ['without a private half', async () => ({ publicKey: (await pairOf()).publicKey })],
    ['without a public half', async () => ({ privateKey: (await pairOf()).privateKey })],
    ['with two public halves', async () => ({ ...(await pairOf()), privateKey: (await pairOf()).publicKey })],
    ['that is a text', async () => ({ privateKey: 'a', publicKey: 'b' })],
  ])('is refused if it is one %s', async (_, keyOf) => {
    const key = (await keyOf()) as ProofKeyPair
    expect(await failureOf(() => createDPoP({ key }))).toMatchObject({ code: 'invalid_argument' })
  })

  it.each([null, 'a key', 5, {}, { keyPair: 'a pair' }, async () => pairOf()])(
    'is refused if it is none at all: %o',
    async (key) => {
      const wrong = key as unknown as ProofKeyPair
      expect(await failureOf(() => createDPoP({ key: wrong }))).toMatchObject({ code: 'invalid_argument' })
    },
  )

  it.each([undefined, null, 'a pair', {}])('is refused if its place gives %o', async (given) => {
    const key = { keyPair: async () => given as unknown as ProofKeyPair }
    expect(await failureOf(createDPoP({ key }).thumbprint())).toMatchObject({ code: 'invalid_argument' })
  })

  it('is refused if its algorithm is none, or symmetric', async () => {
    for (const alg of ['none', 'HS256', 'toString'] as unknown as 'ES256'[]) {
      expect((await failureOf(() => createDPoP({ alg }))).code).toBe('invalid_argument')
    }
  })

  it('is unsupported where the runtime makes none such', async () => {
    vi.spyOn(crypto.subtle, 'generateKey').mockRejectedValue(new DOMException('no', 'NotSupportedError'))
    const failure = await failureOf(createDPoP({ alg: 'EdDSA' }).thumbprint())
    expect(failure).toMatchObject({ code: 'unsupported', message: expect.stringContaining('EdDSA') })
  })

  it('needs a page that is https', async () => {
    vi.stubGlobal('crypto', { randomUUID: () => 'a' })
    expect((await failureOf(() => createDPoP())).code).toBe('insecure_url')
  })
})

describe('a key in a store', () => {
  const twoOf = (store: TokenStore) => [0, 1].map(() => createDPoP({ key: storedKey(store, 'key') }))

  it('is the same for all who share the store, whoever comes first', async () => {
    const store = encrypted(memoryStore(), { keys: [crypto.getRandomValues(new Uint8Array(32))] })
    const crowd = [...twoOf(store), ...twoOf(store), ...twoOf(store)]
    const thumbprints = await Promise.all(crowd.map((dpop) => dpop.thumbprint()))
    expect(new Set(thumbprints).size).toBe(1)
    expect(await twoOf(store)[0]?.thumbprint()).toBe(thumbprints[0])
  })

  it.each(['ES256', 'EdDSA', 'PS256', 'RS256'] as const)('of %s signs after it was read back', async (alg) => {
    const store = memoryStore()
    await createDPoP({ key: storedKey(store, 'key'), alg }).thumbprint()
    const { header } = await createDPoP({ key: storedKey(store, 'key') }).prove(request)
    expect((await jwtVerify(header, EmbeddedJWK)).protectedHeader.alg).toBe(alg)
  })

  it('cannot be extracted from where it is used', async () => {
    const { privateKey } = await storedKey(memoryStore(), 'key').keyPair((extractable) =>
      pairOf(parameters, extractable),
    )
    expect(privateKey.extractable).toBe(false)
  })

  it('that was replaced is read again for a token of the new one', async () => {
    const store = memoryStore()
    const [first, second] = twoOf(store)
    const before = await first?.thumbprint()
    const stored = await store.get('key')
    await store.delete('key', `${stored?.version}`)
    const keyThumbprint = `${await second?.thumbprint()}`
    expect(keyThumbprint).not.toBe(before)
    await first?.prove({ ...request, token: { accessToken: 'at', keyThumbprint } })
    expect(await first?.thumbprint()).toBe(keyThumbprint)
  })

  it.each(['', 'no JSON', '{"generation":1}', '{"alg":"ES256","jwk":{"kty":"EC"}}', '{"alg":"HS256","jwk":{}}'])(
    'is not taken for %j, which is left as it is',
    async (value) => {
      const store = memoryStore()
      await store.set('key', value, undefined)
      const failure = await failureOf(createDPoP({ key: storedKey(store, 'key') }).thumbprint())
      expect(failure.code).toBe('foreign_record')
      expect((await store.get('key'))?.value).toBe(value)
    },
  )

  it('of a store that is down fails without a word of the driver', async () => {
    const down = async () => {
      throw new Error('connect ECONNREFUSED redis://user:password@host')
    }
    const failure = await failureOf(storedKey({ ...memoryStore(), get: down }, 'key').keyPair(() => pairOf()))
    expect(failure.code).toBe('store_failed')
    expect(visible(failure)).not.toContain('password')
  })

  it('of a store that hangs fails after five seconds', async () => {
    const clock = fakeClock()
    const hanging = { ...memoryStore(), get: () => new Promise<undefined>(() => {}) }
    const asked = storedKey(hanging, 'key', { clock }).keyPair(() => pairOf())
    expect((await failureOf(clock.run(asked))).code).toBe('store_failed')
    expect(clock.sleeps).toEqual([5000])
  })

  it('that goes while it is made is a failure of the store', async () => {
    const forgetful = { ...memoryStore(), set: async () => false }
    const failure = await failureOf(createDPoP({ key: storedKey(forgetful, 'key') }).thumbprint())
    expect(failure.code).toBe('store_failed')
  })

  it('needs a store and a key', async () => {
    for (const make of [() => storedKey({} as TokenStore, 'key'), () => storedKey(memoryStore(), '')]) {
      expect((await failureOf(make)).code).toBe('invalid_argument')
    }
  })
})
