/** Tests that run, and fail: what is different in a runtime. One that passes is none any more. */
export interface Difference {
  readonly why: string
  readonly file: string
  /** Their titles, `suite > test`, or the suites of which all fail. */
  readonly tests: readonly string[]
}
