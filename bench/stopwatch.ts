/** Nanoseconds that a call takes. The library that measures is installed beside the peers, and has no types there. */
export type Nanoseconds = (call: () => unknown, budgetMs: number) => Promise<number>

export const stopwatch = async (): Promise<Nanoseconds> => {
  const file = './peers/stopwatch.mjs'
  const { nanoseconds }: { readonly nanoseconds: Nanoseconds } = await import(file)
  return nanoseconds
}
