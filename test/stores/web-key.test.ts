import { afterEach, describe, expect, it, vi } from 'vitest'
import { webKey } from '../../src/stores/web.js'
import { failureOf } from '../fixtures/failure-of.js'

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

  it('has a name', async () => {
    expect((await failureOf(() => webKey({ name: '' }))).code).toBe('invalid_argument')
  })
})
