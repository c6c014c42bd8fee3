import { describe, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.js'
import { storeContract } from '../../src/testing/index.js'

describe('the memory store', () => {
  const store = memoryStore()
  for (const { name, run } of storeContract) it(name, () => run(store))
})
