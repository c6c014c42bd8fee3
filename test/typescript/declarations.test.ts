// npm run types-matrix: the declarations of the packed package, as every TypeScript of a user reads them.
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Project, startProject } from '../fixtures/packed-package.js'

const here = fileURLToPath(new URL('.', import.meta.url))
const { devDependencies } = JSON.parse(readFileSync(join(here, 'versions/package.json'), 'utf8'))
const versions = Object.keys(devDependencies).flatMap((name) => name.match(/^typescript-(.*)/)?.[1] ?? [])

const resolutions = { nodenext: 'nodenext', bundler: 'esnext' }
const strictness = {
  strict: { strict: true },
  exactOptionalPropertyTypes: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
  },
}

/** What each program knows of where it runs: nothing else may be needed. */
const programs = {
  page: { lib: ['es2022', 'dom', 'dom.iterable'], types: [] },
  worker: { lib: ['es2022', 'webworker'], types: [] },
  service: { lib: ['es2022'], types: ['node'] },
  test: { lib: ['es2022'], types: ['node'] },
}

const combinations = Object.entries(resolutions).flatMap(([moduleResolution, module]) =>
  Object.entries(strictness).flatMap(([level, options]) =>
    Object.entries(programs).map(([program, place]) => ({
      title: `${moduleResolution}, ${level}: ${program}`,
      program,
      // What a program exports must be nameable in its own declarations.
      compilerOptions: { ...place, ...options, moduleResolution, module, target: 'es2022', declaration: true },
    })),
  ),
)

/** What TypeScript has to say of a program; it says it to standard output. */
const complaints = async (typescript: string, config: string): Promise<string> => {
  const tsc = join(here, 'versions/node_modules', typescript, 'bin/tsc')
  const failed = (error: Error & { readonly stdout?: string }) => ({ stdout: error.stdout || error.message })
  return (await promisify(execFile)(process.execPath, [tsc, '-p', config]).catch(failed)).stdout
}

let project: Project
beforeAll(() => {
  const own = 'test/typescript/versions/node_modules'
  const beside = {
    '@types/node': own,
    'undici-types': own,
    jose: own,
    '@opentelemetry/api': 'node_modules',
    vitest: 'node_modules',
  }
  project = startProject(beside)
})
afterAll(() => project?.remove())

describe.each(versions)('TypeScript %s', (version) => {
  it.for(combinations)('$title', async ({ title, program, compilerOptions }, { expect }) => {
    const folder = join(project.folder, `${version} ${title.replaceAll(/\W+/g, ' ')}`)
    mkdirSync(folder)
    writeFileSync(join(folder, 'program.ts'), readFileSync(join(here, `programs/${program}.ts`)))
    const config = join(folder, 'tsconfig.json')
    const checked = { ...compilerOptions, skipLibCheck: false, outDir: 'out' }
    writeFileSync(config, JSON.stringify({ compilerOptions: checked, files: ['program.ts'] }))
    expect(await complaints(`typescript-${version}`, config)).toBe('')
    expect(readFileSync(join(folder, 'out/program.d.ts'), 'utf8')).toContain('bearward')
  })
})

describe('the declarations', () => {
  it('come with nothing that is not theirs', () => {
    expect(project.installed).toEqual(['bearward'])
  })
})
