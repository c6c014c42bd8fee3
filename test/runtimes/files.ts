import { globSync } from 'node:fs'
import { filesLeftOut } from './left-out.ts'
import type { RuntimeName } from './runtimes.ts'

/** Every file of tests, but for those of many processes, of compilers and of mere reckoning, which take minutes each. */
export const allFiles = (): string[] =>
  globSync('test/**/*.test.ts', {
    exclude: ['test/{bundlers,recipes,sharing,typescript}/**', 'test/tokens/order-model.test.ts'],
  }).sort()

/** What runs in a runtime: all that is not left out there, `only` those whose path has this text. */
export const testFiles = (name: RuntimeName, only = ''): string[] => {
  const without = new Set(filesLeftOut.filter(({ runtimes }) => runtimes.includes(name)).flatMap(({ files }) => files))
  const pages = name === 'chromium' ? globSync('test/**/*.browser.ts') : []
  return [...allFiles(), ...pages].filter((file) => !without.has(file) && file.includes(only))
}
