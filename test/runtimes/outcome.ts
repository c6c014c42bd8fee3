/** What a run of test files in a runtime came to. */
export interface Outcome {
  readonly tests: readonly TestOutcome[]
  /** What went wrong beside the tests: a file that cannot be loaded, what is done before and after, nobody's rejection. */
  readonly errors: readonly string[]
}

export interface TestOutcome {
  readonly file: string
  /** Its title below those of its suites: `suite > test`. */
  readonly name: string
  readonly state: 'passed' | 'failed' | 'skipped'
  readonly message?: string | undefined
}
