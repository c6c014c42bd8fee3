// The tests in a runtime: all that are not left out there. `RUNTIME` says in which, `OUTCOME` where to write what came.
import { readFileSync } from 'node:fs'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { alias, patient as usual } from '../settings.ts'
import { launchOptions } from './chromium-options.ts'
import { testFiles } from './files.ts'
import { importsOf } from './imports.ts'
import { isRuntime } from './runtimes.ts'

const name = process.env['RUNTIME'] ?? ''
if (!isRuntime(name)) throw new Error(`there is no runtime «${name}»`)

/** Milliseconds. Some runtimes take their time; in a page each turn of a clock that tests move takes 5 ms. */
const patience = name === 'chromium' ? 300_000 : 90_000
const patient = { ...usual, testTimeout: patience, hookTimeout: patience }

const files = testFiles(name, process.env['ONLY'])
/** A client of a page has no secret: what speaks of one is run as a server's. */
const isOfPage = (file: string) =>
  file.endsWith('.browser.ts') ||
  ![...importsOf(file).files].some((path) => readFileSync(path, 'utf8').includes('clientSecret'))

const browserFor = (name: string) => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions }),
  instances: [{ browser: 'chromium' as const, name }],
})

export default defineConfig({
  resolve: { alias },
  test: {
    reporters: ['default', './test/runtimes/reporter.ts'],
    maxWorkers: '100%',
    // Bun lacks a part of what vitest needs of a child process.
    ...(name === 'bun' && { pool: 'threads' as const }),
    ...(name !== 'chromium'
      ? { include: files, ...patient }
      : {
          projects: [
            {
              extends: true,
              test: { name: 'page', include: files.filter(isOfPage), browser: browserFor('page'), ...patient },
            },
            {
              extends: true,
              test: {
                name: 'page without a name',
                include: files.filter((file) => !isOfPage(file)),
                setupFiles: ['test/runtimes/without-a-name.ts'],
                browser: browserFor('page without a name'),
                ...patient,
              },
            },
          ],
        }),
  },
})
