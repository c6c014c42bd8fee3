import { fc, it } from '@fast-check/vitest'
import { expect } from 'vitest'
import { hmacSha256, sha256 } from '../../src/testing/crypto/sha256.js'

// Around one and two blocks the padding changes shape.
const message = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 54, maxLength: 66 }))

it.prop([message])('is the digest of Web Crypto', async (bytes) => {
  expect(sha256(bytes)).toEqual(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))))
})

it.prop([fc.uint8Array({ minLength: 1, maxLength: 64 }), message])('is the HMAC of Web Crypto', async (key, bytes) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', Uint8Array.from(key), algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', imported, Uint8Array.from(bytes))
  expect(hmacSha256(key, bytes)).toEqual(new Uint8Array(signature))
})
