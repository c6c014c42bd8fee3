/** What a process does about the news that a store tells of one record. */
export interface Attention {
  /** Something has changed: it is looked at, soon. */
  hear(): void
  /** Somebody looks now: what was heard before need not be looked at again. */
  looks(): void
  /** Does work that looks by itself; what is heard meanwhile waits for its end. */
  during<Result>(work: () => Promise<Result>): Promise<Result>
}

/** A connection that was lost and made anew tells all who listen at once, and they may be a hundred thousand. */
const mostAtOnce = 16
let atWork = 0
const queue: (() => void)[] = []

const inTurn = async (work: () => Promise<unknown>): Promise<void> => {
  if (atWork < mostAtOnce) atWork += 1
  else await new Promise<void>((resolve) => queue.push(resolve))
  try {
    await work()
  } finally {
    const next = queue.shift()
    if (next) next()
    else atWork -= 1
  }
}

/** Looks after what was heard, once for all that was heard before. */
export const attention = (look: () => Promise<unknown>): Attention => {
  let heard = false
  let looking = false
  let busy = 0
  const attend = async (): Promise<void> => {
    if (looking) return
    looking = true
    // A look that fails is made good by the next renewal.
    while (heard && !busy) await inTurn(look).catch(() => {})
    looking = false
  }
  return {
    hear: () => {
      heard = true
      void attend()
    },
    looks: () => {
      heard = false
    },
    during: async (work) => {
      busy += 1
      try {
        return await work()
      } finally {
        busy -= 1
        void attend()
      }
    },
  }
}
