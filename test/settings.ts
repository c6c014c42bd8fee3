import { fileURLToPath } from 'node:url'
import { entries } from './structure/entries.ts'

/** The documentation's snippets import the package by its name, and are run before anything is built. */
export const alias = entries.map(({ name, source }) => ({
  find: new RegExp(`^${name}$`),
  replacement: fileURLToPath(new URL(`../src/${source}`, import.meta.url)),
}))

/** A test says what must come, not how soon: the machine may be slow, and busy. Hundreds of runs of a property take their time. */
export const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 15_000 } } }
