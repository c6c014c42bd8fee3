import { DurableObject } from 'cloudflare:workers'

/** What is stored, and which write it was. */
interface Entry {
  readonly value: string
  readonly version: string
}

const entryKey = 'entry'

/** What one key of the store holds, and its lock: each key is an object of its own, of which there is one in the world. */
export class TokenRecord extends DurableObject {
  /** Whoever comes next waits for this, which never fails. */
  #last: Promise<unknown> = Promise.resolve()

  read(): (Entry & { readonly now: number }) | undefined {
    const entry = this.ctx.storage.kv.get<Entry>(entryKey)
    return entry && { ...entry, now: Date.now() }
  }

  /** Writes `value`, or deletes where there is none, if the expected version is what is there. */
  write(value: string | undefined, expectedVersion: string | undefined): boolean {
    const { kv } = this.ctx.storage
    if (kv.get<Entry>(entryKey)?.version !== expectedVersion) return false
    if (value === undefined) kv.delete(entryKey)
    else kv.put<Entry>(entryKey, { value, version: crypto.randomUUID() })
    return true
  }

  /** Has a worker do something while no other one does. It is over when that is, or when the worker has died. */
  hold(work: () => Promise<void>): Promise<void> {
    const held = this.#last.then(work)
    this.#last = held.catch(() => {})
    return held
  }
}
