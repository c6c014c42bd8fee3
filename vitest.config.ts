import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { launchOptions } from './test/runtimes/chromium-options.ts'
import { alias, patient } from './test/settings.ts'

/** The build leaves parts of ky and zod out: what the tests say of the source must hold of the package too. */
const built = fileURLToPath(new URL('dist/index.js', import.meta.url))

export default defineConfig({
  test: {
    reporters: ['default', './test/stores/left-out.ts'],
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'json-summary'] },
    projects: [
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/**/*.test-d.ts'],
            tsconfig: 'test/types/tsconfig.json',
          },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{bundlers,recipes,sharing,typescript}/**'],
          ...patient,
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'sharing',
          environment: 'node',
          include: ['test/sharing/*.test.ts'],
          ...patient,
          // The families spend most of their time waiting: all stores at once, when the other tests are over.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'packed',
          environment: 'node',
          include: ['test/{bundlers,typescript}/*.test.ts'],
          ...patient,
          // Each is a compiler or a bundler, which takes a processor, and much memory.
          testTimeout: 600_000,
          sequence: { concurrent: true },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'recipes',
          environment: 'node',
          include: ['test/recipes/*.test.ts'],
          globalSetup: ['test/recipes/written.ts'],
          ...patient,
        },
      },
      {
        resolve: { alias: [{ find: /^\.\.\/\.\.\/src\/index\.js$/, replacement: built }] },
        test: {
          name: 'built',
          environment: 'node',
          include: ['test/{protocol,tokens,fetch}/*.test.ts'],
          // It is of the source alone, and takes a minute.
          exclude: ['test/tokens/order-model.test.ts'],
          ...patient,
          // Loaded before any test, so that what a source does takes no real time.
          setupFiles: ['requests', 'login', 'metadata', 'grants', 'sharing'].map((name) => `./dist/${name}.js`),
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/**/*.browser.ts'],
          ...patient,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
