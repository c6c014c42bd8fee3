import { describe, it } from 'vitest'
import { webStore } from '../../src/stores/web.js'
import { storeContract } from '../../src/testing/index.js'

describe('the store of a browser', () => {
  const store = webStore()
  for (const { name, run } of storeContract) it(name, () => run(store))
})

describe('the store of a tab', () => {
  const store = webStore({ perTab: true })
  for (const { name, run } of storeContract) it(name, () => run(store))
})
