/** The least of Reflect's metadata (a proposal of decorators past) that tsyringe, on which @peculiar/x509 stands, loads with. */
const kept = new WeakMap<object, Map<unknown, unknown>>()

const getOwnMetadata = (key: unknown, target: object): unknown => kept.get(target)?.get(key)

const getMetadata = (key: unknown, target: object): unknown => {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
    const value = getOwnMetadata(key, at)
    if (value !== undefined) return value
  }
  return undefined
}

const defineMetadata = (key: unknown, value: unknown, target: object): void => {
  kept.set(target, (kept.get(target) ?? new Map()).set(key, value))
}

// A program that has them keeps its own.
const lent = 'getMetadata' in Reflect ? {} : { defineMetadata, getOwnMetadata, getMetadata }
Object.assign(Reflect, lent)

/** Once that is loaded: a program that brings its own later must find none. */
export const takeReflectionBack = (): void => {
  for (const name of Object.keys(lent)) Reflect.deleteProperty(Reflect, name)
}
