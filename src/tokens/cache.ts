/** What was asked for before, so that two who ask for the same share it; the one asked for longest ago is forgotten first. */
export interface Cache<Value> {
  get(key: string, make: () => Value): Value
}

export const cacheOf = <Value>(most: number): Cache<Value> => {
  const entries = new Map<string, Value>()
  return {
    get: (key, make) => {
      const value = entries.get(key) ?? make()
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > most) entries.delete(entries.keys().next().value as string)
      return value
    },
  }
}

/** One pool for each store, and one for what is not shared. */
export const poolsOf = <Pool>(make: () => Pool): ((store?: object) => Pool) => {
  const pools = new WeakMap<object, Pool>()
  return (store = pools) => {
    const pool = pools.get(store) ?? make()
    pools.set(store, pool)
    return pool
  }
}
