import { beforeEach } from 'vitest'
// Loaded before any test: else what a file does when it loads late would be taken for what the first test of it does.
import '../../src/protocol/grants.js'
import '../../src/protocol/requests.js'
import '../../src/tokens/sharing.js'

/** The same chances in each run (mulberry32). */
beforeEach(() => {
  let state = 6749
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
})
