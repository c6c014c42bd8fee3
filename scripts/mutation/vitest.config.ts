import { defineConfig } from 'vitest/config'

/** The tests that judge a mutant: quick ones, in this process alone, which say the same in each run. */
export default defineConfig({
  test: {
    include: ['test/{protocol,tokens,fetch,dpop,jwt}/*.test.ts', 'test/redaction.test.ts'],
    exclude: [
      // Searches, which by luck find what they did not find before.
      'test/tokens/model.test.ts',
      'test/protocol/properties.test.ts',
      // In a browser.
      'test/dpop/tabs.test.ts',
    ],
    setupFiles: ['scripts/mutation/before-tests.ts'],
    // The file that switches mutants on comes first.
    sequence: { setupFiles: 'list' },
    isolate: false,
    env: { ORDER_MODEL: 'hasty' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 4000 } },
  },
})
