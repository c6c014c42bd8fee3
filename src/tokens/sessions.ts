import type { Keeper } from './keeper.js'
import type { Session, SessionToken } from './source.js'

/** Many users' sessions, each under a key of its own. */
export interface Sessions {
  /** The session under a key. One that nobody has logged in to fails with `session_ended` until `replace(token)`. */
  get(key: string): Session
}

interface Hot {
  readonly keeper: Keeper
  readonly session: Session
}

/**
 * Keeps what every session holds, and the working parts of `most` of them at a time. One that is renewing is not put
 * away, so that its refresh token cannot go out twice.
 */
export const sessionsOf = (
  make: (seed: SessionToken | undefined, onHeld: (token: SessionToken) => void) => Hot,
  most: number,
): Sessions => {
  const known = new Map<string, SessionToken>()
  const hot = new Map<string, Hot>()

  const putOneAway = (wanted: string): void => {
    for (const [key, { keeper }] of hot) {
      if (key === wanted || keeper.busy()) continue
      hot.delete(key)
      return
    }
  }

  const of = (key: string): Hot => {
    const found = hot.get(key) ?? make(known.get(key), (token) => known.set(key, token))
    hot.delete(key)
    hot.set(key, found)
    if (hot.size > most) putOneAway(key)
    return found
  }

  return {
    get: (key) => ({
      token: (options) => of(key).session.token(options),
      current: () => of(key).session.current(),
      replace: (token) => of(key).session.replace(token),
      end: async () => {
        const ended = of(key).session.end()
        known.delete(key)
        await ended
      },
    }),
  }
}
