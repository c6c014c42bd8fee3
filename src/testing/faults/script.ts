import { assertScripted } from './check.js'
import type { MockFault, MockFaultyEndpoint } from './fault.js'
import { parseFaults } from './notation.js'
import type { MockScriptedFault } from './scripted-fault.js'
import { seededRandom } from './seeded-random.js'

/** A fault that is in the script, and how it stands. */
export interface MockPendingFault {
  readonly scripted: MockScriptedFault
  /** How many more requests it hits; `Infinity` for all. */
  readonly left: number
  /** How many it has hit. */
  readonly hits: number
  /** It stays in the script and hits nothing. */
  readonly paused: boolean
}

interface FaultEntry extends MockPendingFault {
  /** Its own, and never another's. */
  readonly id: string
  left: number
  hits: number
  paused: boolean
  /** The draws of each grant are its own: those of another come when they come. */
  readonly random: (grantType: string | null) => number
}

/** What hits one request. */
export interface FaultHit {
  readonly faults: readonly MockFault[]
  /** It came to nothing that they could be seen in: they are for the next request. */
  spare(): void
}

/** A script of faults, in the order in which they were added. */
export interface FaultScript {
  readonly entries: ReadonlySet<FaultEntry>
  /** Adds a fault, or those of a text in the notation. */
  add(scripted: MockScriptedFault | string): { remove(): void }
  remove(entry: FaultEntry): void
  clear(): void
  /** What hits the next request: the first of the script that fits. */
  take(endpoint: MockFaultyEndpoint, grantType: string | null): FaultHit
}

export const noHit: FaultHit = { faults: [], spare: () => undefined }

/** Numbers that depend on the seed, the fault's place in the script and the grant alone, and so not on other requests. */
const draws = (seed: number, place: string): FaultEntry['random'] => {
  const streams = new Map<string | null, () => number>()
  return (grantType) => {
    const stream = streams.get(grantType) ?? seededRandom(seed, `${place} ${grantType}`)
    streams.set(grantType, stream)
    return stream()
  }
}

const fits = ({ endpoint, grantType }: MockScriptedFault, asked: MockFaultyEndpoint, grant: string | null): boolean =>
  (endpoint === '*' || endpoint === asked) && (grantType === undefined || grantType === grant)

/** @param seed Decides what the probabilities of the faults draw. */
export const createFaultScript = (seed: number): FaultScript => {
  const script = new Set<FaultEntry>()
  let added = 0
  const entryOf = (scripted: MockScriptedFault): FaultEntry => {
    const { times, probability } = scripted
    const left = times ?? (probability === undefined ? 1 : Infinity)
    const id = `${++added}`
    return { id, scripted, left, hits: 0, paused: false, random: draws(seed, id) }
  }
  const spare = (entry: FaultEntry): void => {
    entry.left += 1
    entry.hits -= 1
    if (entry.left > 1) return
    // It was used up, and gets its place again.
    const all = [...script, entry].sort((one, other) => Number(one.id) - Number(other.id))
    script.clear()
    for (const one of all) script.add(one)
  }
  return {
    entries: script,
    add: (given) => {
      const all = typeof given === 'string' ? parseFaults(given) : [given]
      // All or none.
      all.forEach(assertScripted)
      const entries = all.map(entryOf)
      for (const entry of entries) script.add(entry)
      return {
        remove: () => {
          for (const entry of entries) script.delete(entry)
        },
      }
    },
    remove: (entry) => void script.delete(entry),
    clear: () => script.clear(),
    take: (endpoint, grantType) => {
      for (const entry of script) {
        const { scripted, random } = entry
        if (entry.paused || !fits(scripted, endpoint, grantType)) continue
        if (scripted.probability !== undefined && random(grantType) >= scripted.probability) continue
        entry.left -= 1
        entry.hits += 1
        if (entry.left === 0) script.delete(entry)
        return { faults: [scripted.fault].flat(), spare: () => spare(entry) }
      }
      return noHit
    },
  }
}
