import { expect, it } from 'vitest'
import { webStore } from '../../src/stores/web.js'

it('says on a server that the store of a browser is none for it', () => {
  expect(() => webStore()).toThrow(expect.objectContaining({ code: 'unsupported' }))
})
