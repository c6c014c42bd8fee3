import type { SourceParts } from './grant-sources.js'
import type { Keeper, KeeperOptions } from './keeper.js'
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
  make: (seed: SessionToken | undefined, kept: Pick<KeeperOptions, 'onHeld' | 'lost'>) => Hot,
  most: number,
  proving?: SourceParts['proving'],
): Sessions => {
  const known = new Map<string, SessionToken>()
  const hot = new Map<string, Hot>()

  /** Of those who sleep: how often their refresh token was sent, and its answer lost. */
  const lost = new Map<string, number>()

  const putAway = (wanted: string): void => {
    // Those who renew are passed by, but few of them a call: in a storm of renewals each call would walk past all.
    for (let passed = 0; hot.size > most && passed < 3; ) {
      const [key, oldest] = hot.entries().next().value as [string, Hot]
      hot.delete(key)
      if (key === wanted || oldest.keeper.busy()) {
        hot.set(key, oldest)
        passed += 1
      } else if (oldest.keeper.ended()) known.delete(key)
      else if (oldest.keeper.lost()) lost.set(key, oldest.keeper.lost())
    }
  }

  const of = (key: string): Hot => {
    const found =
      hot.get(key) ?? make(known.get(key), { onHeld: (token) => known.set(key, token), lost: lost.get(key) ?? 0 })
    lost.delete(key)
    hot.delete(key)
    hot.set(key, found)
    putAway(key)
    return found
  }

  return {
    get: (key) => ({
      token: (options) => of(key).session.token(options),
      current: () => of(key).session.current(),
      replace: (token) => of(key).session.replace(token),
      end: () => of(key).session.end(),
      ...proving,
    }),
  }
}
