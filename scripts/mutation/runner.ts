// Stryker's runner of vitest, made quick: the tests of a mutant run in a thread that lasts, and those first that are likely to
// kill it.
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { strykerPlugins as vitestPlugins } from '@stryker-mutator/vitest-runner'
import { BaseSequencer, type TestSpecification, type Vitest } from 'vitest/node'
import { LastingThread, retire } from './lasting-thread.ts'
import { grouped } from './survivors.ts'

const [vitest] = vitestPlugins
if (!vitest) throw new Error('Stryker has no runner of vitest')

type Factory = typeof vitest.factory
type Runner = ReturnType<Factory>
type Injector = NonNullable<Parameters<Factory>[0]>
type Killed = Extract<Awaited<ReturnType<Runner['mutantRun']>>, { killedBy: unknown }>

/** Runs after which a thread is replaced, so that nothing that mutants left behind piles up. */
const mostRuns = 100

/** The slowest test takes a second. What a mutant has made wait for ever is given up after this. */
const testTimeout = 8000

/** The test files in the order that they run in. */
let order: readonly string[] = []

class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((one, other) => order.indexOf(one.moduleId) - order.indexOf(other.moduleId))
  }
}

const fileOf = (test: string): string => test.slice(0, test.indexOf('#'))

/** Among the sources that Stryker has copied: it is one for all runners, of which the first sees the coverage. */
const coverageFile = 'test-files-of-mutants.json'

type Coverage = Readonly<Record<string, readonly string[]>>

let coverage: Coverage | undefined

/** The test files that run anything of a source file, which has the numbers of its mutants in it. */
const testFilesOf = (source: string): string[] => {
  coverage ??= JSON.parse(readFileSync(coverageFile, 'utf8')) as Coverage
  const mutants = [...readFileSync(source, 'utf8').matchAll(/stryMutAct_\w+\("(\d+)"\)/g)]
  return [...new Set(mutants.flatMap(([, number]) => coverage?.[number ?? ''] ?? []))]
}

const lasting = (runner: Runner): Runner => {
  /** By the source file: how often a test file has killed a mutant of it. */
  const kills = new Map<string, Map<string, number>>()
  /** How often a test file has waited in vain, which costs time. */
  const waits = new Map<string, number>()
  let runs = 0

  const vitestOf = () => Reflect.get(runner, 'ctx') as Vitest

  const ranked = (source: string, tests: readonly string[], files: readonly string[]): string[] => {
    const counts = grouped(tests, fileOf)
    const name = /([\w-]+)\.ts$/.exec(source)?.[1]
    const rank = (file: string) =>
      1000 * ((kills.get(source)?.get(file) ?? 0) - 2 * (waits.get(file) ?? 0)) +
      (file.includes(`/${name}.`) ? 500 : 0) +
      (counts.get(file)?.length ?? 0)
    return files.toSorted((one, other) => rank(other) - rank(one))
  }

  const learn = async (source: string, { killedBy, failureMessage }: Killed): Promise<void> => {
    const file = fileOf([killedBy].flat()[0] ?? '')
    const ofSource = kills.get(source) ?? new Map<string, number>()
    kills.set(source, ofSource.set(file, (ofSource.get(file) ?? 0) + 1))
    if (!failureMessage.includes('timed out in')) return
    waits.set(file, (waits.get(file) ?? 0) + 1)
    // What has waited in vain goes on waiting.
    await retire()
  }

  return {
    capabilities: () => runner.capabilities(),
    init: async () => {
      await runner.init?.()
      const { config: whole, projects } = vitestOf()
      Object.assign(whole.sequence, { sequencer: InOrder })
      const poolRunner = {
        name: 'lasting',
        createPoolWorker: (options: ConstructorParameters<typeof LastingThread>[0]) => new LastingThread(options),
      }
      for (const { config } of projects) Object.assign(config, { pool: 'lasting', poolRunner })
    },
    dryRun: async (options) => {
      const result = await runner.dryRun(options)
      await retire()
      if (result.status !== 'complete' || !result.mutantCoverage) return result
      const { perTest, static: loading } = result.mutantCoverage
      const files: Record<string, Set<string>> = {}
      for (const [test, mutants] of Object.entries(perTest)) {
        for (const mutant of Object.keys(mutants)) {
          files[mutant] = (files[mutant] ?? new Set()).add(fileOf(test))
          // What also runs between two tests, such as a timer, is judged by those that run it.
          delete loading[mutant]
        }
      }
      writeFileSync(
        coverageFile,
        JSON.stringify(files, (_, value) => (value instanceof Set ? [...value] : value)),
      )
      return result
    },
    mutantRun: async (options) => {
      const { mutantActivation, sandboxFileName, testFilter = [], activeMutant } = options
      const source = activeMutant.fileName
      // What runs only while a file is loaded: a fresh thread loads it, and the tests of that file judge it.
      const isStatic = mutantActivation === 'static'
      if (isStatic || runs++ % mostRuns === 0) await retire()
      for (const { config } of vitestOf().projects) config.testTimeout = config.hookTimeout = testTimeout
      const files = isStatic ? testFilesOf(sandboxFileName) : [...new Set(testFilter.map(fileOf))]
      const inOrder = ranked(source, testFilter, files)
      order = inOrder.map((file) => resolve(file))
      const result = await runner.mutantRun(
        isStatic ? { ...options, testFilter: inOrder.map((file) => `${file}#`) } : options,
      )
      if (result.status === 'killed') await learn(source, result)
      if (isStatic || result.status === 'timeout') await retire()
      return result
    },
    dispose: async () => {
      await retire()
      await runner.dispose?.()
    },
  }
}

const factory: Factory = Object.assign((injector: Injector) => lasting(vitest.factory(injector)), {
  inject: ['$injector'] as ['$injector'],
})

export const strykerPlugins = [{ ...vitest, name: 'lasting', factory }]
