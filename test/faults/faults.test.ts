import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cellOf, type Outcome } from './cell.js'
import type { Column } from './columns.js'
import { calls, documents, endpoints } from './endpoints.js'
import { type FaultRow, faultRows, rowsOf } from './fault-rows.js'
import { grants } from './grants.js'
import { type Family, faultsPage } from './page.js'
import { sessions } from './sessions.js'
import { countCrypto } from './settling.js'
import { logins, users } from './users.js'
import { told } from './world.js'

const families: readonly Family[] = [
  { name: 'grants', columns: grants },
  { name: 'users', columns: users },
  { name: 'logins', columns: logins },
  { name: 'sessions', columns: sessions },
  { name: 'endpoints', columns: endpoints },
  { name: 'documents', columns: documents },
  { name: 'calls', columns: calls },
]
const columns = families.flatMap((family) => family.columns)

const path = new URL('../../docs/faults.md', import.meta.url)
const page = readFileSync(path, 'utf8')

const published = new Set<unknown>()
const publish = (message: unknown) => void published.add(message)

let stop = () => {}
beforeAll(() => {
  subscribe('bearward:token', publish)
  // What is left to chance is how long to wait, within bounds that other tests look at.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  stop = countCrypto()
})
afterAll(() => {
  stop()
  unsubscribe('bearward:token', publish)
  vi.restoreAllMocks()
})

const seen = new Map<Column, Promise<readonly Outcome[]>>()

/** Once, and always where more than one request came of it: else that would be the same. */
const metBy = async (column: Column, row: FaultRow): Promise<readonly Outcome[]> => {
  const once = await cellOf(column, row, 'once')
  return once.requests > 1 ? [once, await cellOf(column, row, 'always')] : [once]
}

const outcomesOf = (column: Column): Promise<readonly Outcome[]> => {
  const meet = async () => (await Promise.all(rowsOf(column).map((row) => metBy(column, row)))).flat()
  const outcomes = seen.get(column) ?? meet()
  seen.set(column, outcomes)
  return outcomes
}

/** Some thousand calls: a busy machine takes its time. */
const patience = { timeout: 300_000 }

describe('under every fault of the mock', patience, () => {
  it.each(columns)('$name hangs nowhere, keeps its session, sends nothing twice, and leaks nothing', async (column) => {
    const breaches = (await outcomesOf(column)).flatMap((outcome) =>
      outcome.breaches.map((breach) => `${outcome.row}, ${outcome.persistence}: ${breach}`),
    )
    expect(breaches).toEqual([])
  })

  it('no fault is left out', () => {
    const met = new Set(columns.flatMap(rowsOf))
    for (const [type, rows] of Object.entries(faultRows)) {
      expect(rows, type).not.toEqual([])
      expect(
        rows.filter((row) => !met.has(row)),
        type,
      ).toEqual([])
    }
  })

  it('the diagnostics channel is told nothing but the events that were looked at', async () => {
    for (const column of sessions) await outcomesOf(column)
    expect(published.size).toBeGreaterThan(100)
    expect([...published].filter((message) => !told.has(message))).toEqual([])
  })

  it('it goes as docs/faults.md says: npm run docs makes it so', async () => {
    const outcomes: Outcome[] = []
    for (const column of columns) outcomes.push(...(await outcomesOf(column)))
    await expect(faultsPage(page, families, outcomes)).toMatchFileSnapshot('../../docs/faults.md')
  })
})
