import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import type { Outcome, TestOutcome } from './outcome.ts'

const outcomeOf = (test: TestCase): TestOutcome => {
  const { state, errors } = test.result()
  const message = errors?.map((error) => error.stack || error.message).join('\n')
  // A seed is another one with each run.
  const name = test.fullName.replace(/ \(with seed=-?\d+\)/, '')
  return { file: test.module.relativeModuleId, name, state: state === 'pending' ? 'skipped' : state, message }
}

/** Writes the outcome of the whole run to the file that `OUTCOME` names. */
export default class OutcomeReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()].map(outcomeOf))
    const errors = modules.flatMap((module) =>
      [module, ...module.children.allSuites()]
        .flatMap((place) => place.errors())
        .map(({ stack, message }) => `${module.relativeModuleId}: ${stack || message}`),
    )
    const outcome: Outcome = { tests, errors: [...errors, ...unhandled.map(({ stack, message }) => stack || message)] }
    writeFileSync(process.env['OUTCOME'] ?? '', JSON.stringify(outcome))
  }
}
