import { measure } from 'mitata'

/** Nanoseconds that a call takes: the median of mitata's batches. */
export const nanoseconds = async (call, budgetMs) =>
  (await measure(call, { gc: false, min_cpu_time: budgetMs * 1e6 })).p50
