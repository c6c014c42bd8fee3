import { expect, type it } from 'vitest'
import { type FamilyReport, live, mostRefreshes, seconds, type Troubles } from './family.js'
import type { Place } from './open-store.js'

interface Home {
  readonly place: Place
  /** What can happen to the store. */
  readonly storeTrouble?: () => Promise<void>
}

/** What holds of every run: calls succeed, and nothing is lost but by a kill or an end of a lease. */
export const unharmed = (report: FamilyReport): void => {
  const said = JSON.stringify(report)
  console.log(said)
  const { failures, refused, late, calls, uncertain, kills, stops, outslept } = report
  expect(failures, said).toEqual({})
  expect(refused, said).toBe(0)
  expect(uncertain, said).toBeLessThanOrEqual(kills + outslept)
  expect(late, said).toBeLessThanOrEqual(stops + calls / 4)
  // A machine in no hurry does sixty times as many: this says that nobody is shut out for good.
  expect(calls, said).toBeGreaterThan(seconds)
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
    expect(report.sentTwice).toBe(0)
    return report
  }

  test('is renewed once for all', { timeout }, async () => {
    const report = await run(() => ({}))
    expect(report.uncertain).toBe(0)
    expect(report.refreshes).toBeGreaterThan(0)
    expect(report.refreshes).toBeLessThanOrEqual(mostRefreshes(report))
  })

  test('while one after the other is killed', { timeout }, async () => {
    const { kills } = await run(() => ({ kills: true, leaseMs: 2000 }))
    expect(kills).toBeGreaterThan(0)
  })

  test('while those who renew are stopped for longer than their lease', { timeout }, async () => {
    const { stops } = await run(() => ({ stops: true, leaseMs: 2000 }))
    expect(stops).toBeGreaterThan(0)
  })

  test('while who has sent a refresh token is killed before the answer comes', { timeout }, async () => {
    const { kills, uncertain } = await run(() => ({ killsSenders: 'each', leaseMs: 1000 }))
    expect(kills).toBeGreaterThan(0)
    expect(uncertain).toBeGreaterThan(0)
  })

  test('the same at a server that is known to forgive', { timeout }, async () => {
    const here = home()
    const report = await live(here.place, { killsSenders: 'every second one', leaseMs: 1000, grace: true })
    unharmed(report)
    const { kills, outslept, sentTwice, uncertain } = report
    expect(kills).toBeGreaterThan(0)
    expect(uncertain).toBeLessThanOrEqual(outslept)
    expect(sentTwice).toBeGreaterThan(0)
    expect(sentTwice).toBeLessThanOrEqual(kills + outslept)
  })

  if (has.restarts) {
    test('while the store is restarted', { timeout }, async () => {
      await run(({ storeTrouble }) => ({ ...(storeTrouble && { storeTrouble }), leaseMs: 2000 }))
    })
  }

  if (has.clock) {
    test('while their clocks differ by minutes', { timeout }, async () => {
      const report = await run(() => ({ skew: true }))
      expect(report.uncertain).toBe(0)
      expect(report.refreshes).toBeLessThanOrEqual(mostRefreshes(report))
    })
  }
}
