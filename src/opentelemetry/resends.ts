import { type Context, context, createContextKey } from '@opentelemetry/api'

const key = createContextKey('bearward: what a renewal has sent')

/** A renewal begins: what is sent to one URL after the first time was sent again. */
export const countingResends = (within: Context): Context => within.setValue(key, new Map<string, number>())

/** How often that was sent before in the same renewal; 0 where no context tells. */
export const resendsOf = (url: string): number => {
  const sent = context.active().getValue(key) as Map<string, number> | undefined
  const times = sent?.get(url) ?? 0
  sent?.set(url, times + 1)
  return times
}
