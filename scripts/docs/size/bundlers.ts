import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Bundle, bundle, partsOf, weightOf } from '../../../test/bundlers/bundle.ts'
import { startProject } from '../../../test/fixtures/packed-package.ts'
import { shown } from './page.ts'

const bundlers = ['esbuild, one file', 'esbuild', 'rollup', 'vite', 'webpack']

/** The apps, and the late files that each loads until it has a token, in that order. */
const apps: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  authorize: ['`authorizationRequest` of `bearward/authorize`', []],
  fetch: ['`bearerFetch` alone', []],
  session: ['a session in one tab', ['requests.js']],
  tabs: ['a session for all tabs, bound to a key', ['login.js', 'requests.js', 'sharing.js']],
}

/** The first chunks, and with them the lightest that each late file is in, unless it came with another. */
const cellOf = (folder: string, { chunks }: Bundle, late: readonly string[]): string => {
  const first = chunks.filter(({ isFirst }) => isFirst)
  const loaded = new Set(first)
  for (const file of late) {
    if (partsOf([...loaded]).includes(file)) continue
    const holding = chunks.filter((chunk) => partsOf([chunk]).includes(file))
    const [lightest] = holding.sort((a, b) => weightOf(folder, [a]) - weightOf(folder, [b]))
    if (lightest) loaded.add(lightest)
  }
  const [atOnce, inAll] = [weightOf(folder, first), weightOf(folder, [...loaded])].map(shown)
  return atOnce === inAll ? `${atOnce}` : `${atOnce} / ${inAll}`
}

/** The table of what each bundler makes of each app. */
export const bundledApps = async (): Promise<string> => {
  const project = startProject({ jose: 'test/bundlers/with/node_modules' })
  cpSync('test/bundlers/apps', join(project.folder, 'apps'), { recursive: true })
  mkdirSync(join(project.folder, 'built'))
  const lines = [`| app | ${bundlers.join(' | ')} |`, `| --- |${' --- |'.repeat(bundlers.length)}`]
  for (const [app, [title, late]] of Object.entries(apps)) {
    const cells: string[] = []
    for (const bundler of bundlers) {
      const folder = join(project.folder, 'built', `${bundler.replaceAll(/\W+/g, '-')}-${app}`)
      const bundled = await bundle(bundler, join(project.folder, `apps/${app}.js`), 'browser', folder)
      cells.push(cellOf(folder, bundled, late))
    }
    lines.push(`| ${title} | ${cells.join(' | ')} |`)
  }
  project.remove()
  return lines.join('\n')
}
