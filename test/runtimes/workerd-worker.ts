// What runs a file of tests within workerd: vitest's own tests and expectations, without its ways to load and to report.
import { expect, type RunnerTask } from 'vitest'
import { startTests } from 'vitest/internal/browser'
import type { SerializedConfig } from 'vitest/runtime'
import type { Outcome, TestOutcome } from './outcome.ts'

/** Milliseconds. A test that waits for the clock where others wait for a promise never ends: it is one that differs. */
const patient = { testTimeout: 20_000, hookTimeout: 20_000, expect: { poll: { timeout: 15_000 } } }
const sequence = { hooks: 'stack', shuffle: false, setupFiles: 'list' }

/** Where vitest looks for what its own process would tell a worker. */
const toldToWorker = {
  config: { ...patient, root: '/', snapshotOptions: {} },
  ctx: { pool: 'forks', concurrencyId: 1, workerId: 1 },
  metaEnv: {},
  evaluatedModules: { idToModuleMap: new Map() },
  resolvingModules: new Set(),
}

const states = { pass: 'passed', fail: 'failed' } as const

const outcomesOf = (file: string, task: RunnerTask, suites: readonly string[] = []): TestOutcome[] => {
  const path = [...suites, task.name]
  if (task.type === 'suite') return task.tasks.flatMap((inner) => outcomesOf(file, inner, path))
  const { state, errors } = task.result ?? {}
  const message = errors?.map((error) => error.stack || error.message).join('\n')
  const name = path.join(' > ').replace(/ \(with seed=-?\d+\)/, '')
  return [{ file, name, state: state === 'pass' || state === 'fail' ? states[state] : 'skipped', message }]
}

const errorsOf = (task: RunnerTask): string[] =>
  task.type === 'suite'
    ? [...(task.result?.errors ?? []).map(({ stack, message }) => stack || message), ...task.tasks.flatMap(errorsOf)]
    : []

/** Runs the tests of a file that `load` imports. */
export const runTests = async (file: string, load: () => Promise<unknown>): Promise<Outcome> => {
  Object.assign(globalThis, { __vitest_worker__: toldToWorker })
  const nobodys: string[] = []
  addEventListener('unhandledrejection', ({ reason }) => {
    nobodys.push(`nobody's rejection: ${reason?.stack ?? reason}`)
  })
  const config: SerializedConfig = JSON.parse(
    JSON.stringify({ ...patient, sequence, root: '/', setupFiles: [], tags: [], retry: 0, maxConcurrency: 1 }),
  )
  const [ran] = await startTests(
    [
      {
        filepath: `/${file}`,
        fileTags: [],
        testLocations: undefined,
        testNamePattern: undefined,
        testIds: undefined,
        testTagsFilter: undefined,
      },
    ],
    {
      config,
      importFile: load,
      onBeforeTryTask: ({ name }) =>
        expect.setState({
          currentTestName: name,
          ...{ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null },
          ...{ expectedAssertionsNumber: null, expectedAssertionsNumberErrorGen: null },
        }),
      onAfterTryTask: () => {
        const { assertionCalls, expectedAssertionsNumber, expectedAssertionsNumberErrorGen } = expect.getState()
        if (expectedAssertionsNumber !== null && assertionCalls !== expectedAssertionsNumber) {
          throw expectedAssertionsNumberErrorGen?.()
        }
      },
    },
  )
  if (!ran) throw new Error('nothing was run')
  return {
    tests: ran.tasks.flatMap((task) => outcomesOf(file, task)),
    errors: [...errorsOf(ran), ...nobodys].map((error) => `${file}: ${error}`),
  }
}
