/** As much of Reflect's metadata as tsyringe, on which @peculiar/x509 stands, asks for when it is loaded. */
const kept = new WeakMap<object, Map<unknown, unknown>>()

const getOwnMetadata = (key: unknown, target: object): unknown => kept.get(target)?.get(key)

Object.assign(Reflect, {
  defineMetadata: (key: unknown, value: unknown, target: object) => {
    kept.set(target, (kept.get(target) ?? new Map()).set(key, value))
  },
  getOwnMetadata,
  getMetadata: (key: unknown, target: object): unknown => {
    for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
      const value = getOwnMetadata(key, at)
      if (value !== undefined) return value
    }
    return undefined
  },
})
