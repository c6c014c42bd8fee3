import { expect, type it } from 'vitest'
import { type FamilyReport, live, seconds, type Troubles } from './family.js'
import type { Place } from './open-store.js'

interface Home {
  readonly place: Place
  /** What can happen to the store. */
  readonly storeTrouble?: () => Promise<void>
}

/** A token of two seconds is renewed 0.4 s before it dies. */
const mostRefreshes = Math.floor(seconds / 1.6)

const unharmed = (report: FamilyReport): void => {
  console.log(JSON.stringify(report))
  expect(report.failures).toEqual({})
  expect(report).toMatchObject({ sentTwice: 0, refused: 0 })
  expect(report.calls).toBeGreaterThan(20 * seconds)
}

/** The runs that every store must stand. */
export const runs = (
  test: typeof it,
  home: () => Home,
  has: { readonly clock: boolean; readonly restarts: boolean },
): void => {
  const timeout = 60_000 + 3000 * seconds
  const run = async (troubles: (home: Home) => Troubles) => {
    const here = home()
    const report = await live(here.place, troubles(here))
    unharmed(report)
    return report
  }

  test('is renewed once for all', { timeout }, async () => {
    const { refreshes, uncertain } = await run(() => ({}))
    expect(uncertain).toBe(0)
    expect(refreshes).toBeGreaterThan(0)
    expect(refreshes).toBeLessThanOrEqual(mostRefreshes)
  })

  test('while one after the other is killed', { timeout }, async () => {
    const { kills, uncertain } = await run(() => ({ kills: true, leaseMs: 2000 }))
    expect(kills).toBeGreaterThan(0)
    expect(uncertain).toBeLessThanOrEqual(kills)
  })

  test('while those who renew are stopped for longer than their lease', { timeout }, async () => {
    const { stops, uncertain } = await run(() => ({ stops: true, leaseMs: 2000 }))
    expect(stops).toBeGreaterThan(0)
    expect(uncertain).toBeLessThanOrEqual(stops)
  })

  test('while who has sent a refresh token is killed before the answer comes', { timeout }, async () => {
    const { kills, uncertain } = await run(() => ({ killsSenders: 'each', leaseMs: 1000 }))
    expect(kills).toBeGreaterThan(0)
    expect(uncertain).toBeGreaterThan(0)
    expect(uncertain).toBeLessThanOrEqual(kills)
  })

  test('the same at a server that is known to forgive', { timeout }, async () => {
    const here = home()
    const report = await live(here.place, { killsSenders: 'every second one', leaseMs: 1000, grace: true })
    console.log(JSON.stringify(report))
    expect(report.failures).toEqual({})
    expect(report).toMatchObject({ refused: 0, uncertain: 0 })
    expect(report.kills).toBeGreaterThan(0)
    expect(report.sentTwice).toBeGreaterThan(0)
    expect(report.sentTwice).toBeLessThanOrEqual(report.kills)
  })

  if (has.restarts) {
    test('while the store is restarted', { timeout }, async () => {
      const { uncertain } = await run(({ storeTrouble }) => ({ ...(storeTrouble && { storeTrouble }), leaseMs: 2000 }))
      expect(uncertain).toBe(0)
    })
  }

  if (has.clock) {
    test('while their clocks differ by minutes', { timeout }, async () => {
      const { refreshes, uncertain } = await run(() => ({ skew: true }))
      expect(uncertain).toBe(0)
      expect(refreshes).toBeLessThanOrEqual(mostRefreshes)
    })
  }
}
