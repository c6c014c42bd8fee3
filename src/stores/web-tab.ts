import type { Clock } from '../core/clock.js'

/** Who a tab is to its store, and the key to what it has put there. */
export interface Tab {
  readonly id: string
  readonly key: CryptoKey
}

interface Kept {
  readonly id: string
  readonly secret: string
}

/** What a page knows of its tab: once known, it stays the same. */
interface Claim {
  tab?: Tab
  /** While the page holds the tab's lock. */
  holding?: Promise<Tab> | undefined
}

type Home = Window & { [slot: symbol]: Claim | undefined }

/** How often, and how far apart, a tab that was reloaded asks for its lock, which the page before may not have let go yet. */
const tries = 20
const betweenTriesMs = 50

export const tabLock = (name: string, id: string): string => JSON.stringify(['bearward tab', name, id])

/** Frames of the same origin see the same `sessionStorage` as the page around them: to a store, they are that page. */
const homeOf = (): Home => {
  let home: Window = window
  try {
    while (home.parent !== home && home.parent.sessionStorage) home = home.parent
  } catch {
    // A frame in a page of another origin.
  }
  return home as Home
}

const keptIn = (home: Home, item: string): Kept | undefined => {
  try {
    return JSON.parse(home.sessionStorage.getItem(item) ?? '') ?? undefined
  } catch {
    return undefined
  }
}

const keyOf = (secret: string): Promise<CryptoKey> => {
  const bytes = Uint8Array.from(atob(secret), (letter) => letter.charCodeAt(0))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

const newTab = (): Kept => ({
  id: crypto.randomUUID(),
  secret: btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))),
})

/** One for every copy of this module in the page and its frames. */
const claimOf = (home: Home, item: string): Claim => {
  const slot = Symbol.for(item)
  home[slot] ??= {}
  return home[slot]
}

const itemOf = (name: string): string => `bearward ${name}`

/** The id of this tab, once something was asked of its store. */
export const tabId = (name: string): string | undefined => claimOf(homeOf(), itemOf(name)).tab?.id

/**
 * This tab, which keeps its identity over reloads in `sessionStorage`. `window.open` and "duplicate tab" copy that: whoever
 * holds the identity's lock is the tab, and a copy, which finds it taken, becomes a new one. The lock is let go when the page
 * is left, so that it may rest in the back/forward cache, and the tab is asked for again when it comes back.
 * @throws {DOMException} `InvalidStateError` if a duplicate took over meanwhile.
 */
export const thisTab = (name: string, clock: Clock): Promise<Tab> => {
  const home = homeOf()
  const item = itemOf(name)
  const claim = claimOf(home, item)

  const forget = (): void => {
    claim.holding = undefined
  }

  const hold = (id: string): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const held = home.navigator.locks.request(tabLock(name, id), { ifAvailable: true }, (lock) => {
        resolve(!!lock)
        if (!lock) return
        return new Promise<void>((letGo) => {
          const leave = () => {
            forget()
            letGo()
          }
          home.addEventListener('pagehide', leave, { once: true })
        })
      })
      held.catch((failure) => {
        forget()
        reject(failure)
      })
    })

  // Asked again and again rather than waited for: a page too busy to hear that it got the lock must not take that for a no.
  const holdPatiently = async (id: string): Promise<boolean> => {
    for (let left = tries; left > 0; left--) {
      if (await hold(id)) return true
      await clock.sleep(betweenTriesMs)
    }
    return false
  }

  const first = async (): Promise<Tab> => {
    const kept = keptIn(home, item)
    if (kept && (await holdPatiently(kept.id))) return { id: kept.id, key: await keyOf(kept.secret) }
    const fresh = newTab()
    await hold(fresh.id)
    home.sessionStorage.setItem(item, JSON.stringify(fresh))
    return { id: fresh.id, key: await keyOf(fresh.secret) }
  }

  const again = async (tab: Tab): Promise<Tab> => {
    if (await holdPatiently(tab.id)) return tab
    // It may not become another one as long as there are sessions in its memory, which it would take along.
    throw new DOMException('the tab was duplicated while this page was away: reload it', 'InvalidStateError')
  }

  const holding = claim.holding ?? (claim.tab ? again(claim.tab) : first())
  if (claim.holding) return holding
  claim.holding = holding
  holding.then((tab) => {
    claim.tab = tab
  }, forget)
  return holding
}

const nonceBytes = 12

/** What only this tab can read again: when it is closed, its key is gone, and what it left in the database says nothing. */
export const sealed = async ({ key }: Tab, value: string): Promise<Uint8Array> => {
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const text = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, new TextEncoder().encode(value))
  const whole = new Uint8Array(nonceBytes + text.byteLength)
  whole.set(nonce)
  whole.set(new Uint8Array(text), nonceBytes)
  return whole
}

export const unsealed = async ({ key }: Tab, value: Uint8Array): Promise<string> => {
  const iv = value.slice(0, nonceBytes)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  return decoder.decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, value.slice(nonceBytes)))
}
