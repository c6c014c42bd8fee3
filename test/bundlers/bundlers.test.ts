// npm run bundlers: the packed package in the bundlers of its users, each with the settings that it has by itself.
import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { createMockAuthorizationServer, type ListeningMock } from '../../src/testing/index.js'
import { type Project, startProject } from '../fixtures/packed-package.js'
import { type Bundle, bundle, partsOf, runOnNode, type Target, weightOf } from './bundle.js'
import { openPages, type Pages } from './pages.js'

const clientId = 'app'
const redirectUris = ['https://app.example.com/callback', 'http://127.0.0.1/callback']

interface App {
  readonly name: string
  readonly targets: readonly Target[]
  /** The most that its first file may weigh, in bytes of gzip: what it does not use is not there. */
  readonly most: number
}

const apps: readonly App[] = [
  { name: 'session', targets: ['browser', 'node'], most: 10_500 },
  { name: 'tabs', targets: ['browser'], most: 16_000 },
  { name: 'id-token', targets: ['browser', 'node'], most: 20_000 },
  { name: 'authorize', targets: ['browser'], most: 1400 },
  { name: 'fetch', targets: ['browser'], most: 3700 },
  { name: 'mocked', targets: ['browser', 'node'], most: 60_000 },
  { name: 'service', targets: ['node'], most: 36_000 },
]

/** What is only loaded when it is asked for. */
const late = [
  'cipher.js',
  'certificate.js',
  'grants.js',
  'login.js',
  'metadata.js',
  'pages.js',
  'requests.js',
  'sharing.js',
]

const cases = apps.flatMap(({ targets, ...app }) => targets.map((target) => ({ ...app, target })))

let project: Project
let mock: ReturnType<typeof createMockAuthorizationServer>
let listening: ListeningMock
let pages: Pages
const built = () => join(project.folder, 'built')

beforeAll(async () => {
  project = startProject({ jose: 'test/bundlers/with/node_modules' })
  cpSync(fileURLToPath(new URL('apps', import.meta.url)), join(project.folder, 'apps'), { recursive: true })
  mkdirSync(built())
  mock = createMockAuthorizationServer({ clients: [{ clientId, redirectUris }], dpop: {} })
  listening = await mock.listen()
  pages = await openPages((url) => mock.authorize(url))
})
afterAll(async () => {
  await pages?.close()
  await listening?.close()
  project?.remove()
})

const folderOf = (...words: readonly string[]) => words.join(' ').replaceAll(/\W+/g, '-')

const bundled = async (bundler: string, app: string, target: Target): Promise<Bundle & { readonly folder: string }> => {
  const folder = join(built(), folderOf(bundler, app, target))
  return { ...(await bundle(bundler, join(project.folder, `apps/${app}.js`), target, folder)), folder }
}

const given = () => {
  const { server, resource } = listening
  const { accessToken } = mock.issue({ clientId })
  return { server, clientId, redirectUri: redirectUris[0], resource, accessToken }
}

describe.each(['esbuild', 'esbuild, one file', 'rollup', 'vite', 'webpack'])('%s', (bundler) => {
  const splits = bundler !== 'esbuild, one file'

  it.for(cases)('bundles $name for $target, which runs', async ({ name, target, most }, { expect }) => {
    const { entry, warnings, chunks, folder } = await bundled(bundler, name, target)
    expect(warnings).toEqual([])

    const foreign = chunks.flatMap(({ imports }) => imports)
    expect(foreign.filter((module) => target === 'browser' || !module.startsWith('node:'))).toEqual([])

    const first = chunks.filter(({ isFirst }) => isFirst)
    if (splits) {
      expect(partsOf(first).filter((file) => late.includes(file))).toEqual([])
      expect(weightOf(folder, first)).toBeLessThan(most)
    }

    if (target === 'node') expect(await runOnNode(join(folder, entry), given())).toBe('200')
    else {
      expect(await pages.run(folder, entry, given())).toEqual({ answer: 200, said: [] })
    }
  })

  it('says so where a page imports what is for Node alone', async ({ expect }) => {
    const { warnings, chunks } = await bundled(bundler, 'misplaced', 'browser')
    expect([...warnings, ...chunks.flatMap(({ imports }) => imports)].join('\n')).toMatch(/node:crypto/)
  })
})
