import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // The matchers for what the mock has received, in every test.
    setupFiles: ['bearward/vitest'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
