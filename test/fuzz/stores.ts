import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { systemClock } from '../../src/core/clock.js'
import { encrypted, memoryStore, type TokenStore } from '../../src/index.js'
import { fileStore } from '../../src/stores/file.js'
import { damaged, hostileText, mutatedJson, wellFormed } from './hostile.js'
import { must, settled, type Target, target } from './target.js'
import { answering, clientOf, hidden, secrets } from './wire.js'

const tokenBody = '{"access_token":"renewed","expires_in":60,"refresh_token":"next"}'

/** What a session has written down, in the words of its own client. */
const recorded = async (): Promise<string> => {
  const store = memoryStore()
  const fetch = answering({ body: tokenBody, status: 200, headers: {} })
  await clientOf(fetch, { clock: systemClock })
    .sessionSource({ store, key: 'user', token: { refreshToken: secrets.refreshToken } })
    .token()
  return (await store.get('user'))?.value ?? ''
}

let known: Promise<string> | undefined

/** A record in which a few fields are others: chosen here, as the record is made when it is first needed. */
const editOf = fc.record({
  outer: fc.dictionary(
    fc.constantFrom('generation', 'token', 'askedAt', 'intent', 'forgiving', 'ended', '__proto__'),
    fc.jsonValue(),
    { maxKeys: 2 },
  ),
  inner: fc.dictionary(
    fc.constantFrom('accessToken', 'tokenType', 'expiresAt', 'refreshToken', 'scope', 'keyThumbprint', 'raw'),
    fc.oneof(fc.jsonValue(), hostileText),
    { maxKeys: 2 },
  ),
  raw: fc.option(damaged(mutatedJson({ generation: 1, token: { accessToken: 'at' } })), { nil: undefined, freq: 4 }),
})

const records = target('stored record', editOf, async ({ outer, inner, raw }) => {
  known ??= recorded()
  const whole = JSON.parse(await known)
  const value = raw ?? JSON.stringify({ ...whole, token: { ...whole.token, ...inner }, ...outer })
  const store = memoryStore()
  await store.set('user', value, undefined)
  const fetch = answering({ body: tokenBody, status: 200, headers: {} })
  const session = clientOf(fetch, { clock: systemClock }).sessionSource({
    store,
    key: 'user',
    token: { refreshToken: secrets.refreshToken },
  })
  const got = await settled(() => session.token(), { secrets: hidden })
  if (!got) return
  must(typeof got.accessToken === 'string', 'an access token is a text')
  must(Number.isFinite(got.expiresAt ?? 0), 'expiresAt is a finite number')
  must(!('polluted' in got), 'a token inherits nothing from a record')
})

const scratch = (): string => mkdtempSync(join(tmpdir(), 'bearward-fuzz-'))

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())

const valueText = damaged(mutatedJson({ key: 'user', value: 'a value' }))

const files = target('file of the file store', valueText, async (text) => {
  const directory = scratch()
  try {
    const store = fileStore({ directory })
    await store.set('user', 'a value', undefined)
    for (const path of filesBelow(directory)) if (/value-.*\.json$/.test(path)) writeFileSync(path, text)
    const got = await settled(() => store.get('user'), { errorName: 'Error' })
    if (!got) return
    // A file holds no lone surrogate.
    const read = JSON.parse(Buffer.from(text).toString())
    must(read.key === 'user' && read.value === got.value, 'what is read is what was written under this key')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

const aesKey = '00'.repeat(32)

const sealed = target(
  'sealed value',
  fc.tuple(hostileText, fc.nat(), hostileText, fc.nat(3)),
  async ([value, place, noise, kind]) => {
    const inner = memoryStore()
    const store = encrypted(inner, { keys: [aesKey] })
    const plain = wellFormed(value)
    await store.set('user', plain, undefined)
    const stored = await inner.get('user')
    if (!stored) throw new Error('nothing was stored')
    const at = place % (stored.value.length + 1)
    const changed = [
      stored.value.slice(0, at) + noise + stored.value.slice(at),
      stored.value.slice(0, at),
      stored.value.slice(0, at) + stored.value.slice(at + 1),
      noise,
    ][kind]
    must((await store.get('user'))?.value === plain, 'a value that was not touched comes back')
    await inner.set('user', `${changed}`, stored.version)
    const got = await settled(() => store.get('user'), { secrets: plain.length > 20 ? [plain] : [] })
    if (got) must(`${changed}` === stored.value && got.value === plain, 'a value that was changed is not decrypted')
  },
)

const storesOf = (directory: string): readonly TokenStore[] => [
  memoryStore(),
  encrypted(memoryStore(), { keys: [aesKey] }),
  fileStore({ directory }),
]

const keys = target('key of a store', fc.tuple(hostileText, hostileText), async ([one, other]) => {
  const outer = scratch()
  const directory = join(outer, 'store')
  try {
    for (const store of storesOf(directory)) {
      const written = await settled(() => store.set(one, 'first', undefined))
      if (!written) continue
      must((await store.get(one))?.value === 'first', 'what is under a key is found again')
      if (one === other) continue
      const found = await settled(() => store.get(other))
      must(found === undefined, 'another key has nothing')
    }
    must(readdirSync(outer).join() === 'store' || readdirSync(outer).length === 0, 'no key leads out of the directory')
  } finally {
    rmSync(outer, { recursive: true, force: true })
  }
})

export const stores: readonly Target[] = [records, files, sealed, keys]
