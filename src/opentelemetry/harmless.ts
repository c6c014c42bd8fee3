/** What goes wrong in telemetry is its own: no token waits for it, or fails by it. */
export const harmless = <Result>(work: () => Result): Result | undefined => {
  try {
    return work()
  } catch {
    return undefined
  }
}
