import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cellOf, type Outcome } from './cell.js'
import type { Column } from './columns.js'
import { calls, documents, endpoints } from './endpoints.js'
import { rowsAt } from './fault-rows.js'
import { grants } from './grants.js'
import { type Family, faultsPage } from './page.js'
import { sessions } from './sessions.js'
import { countCrypto } from './settling.js'
import { logins, users } from './users.js'

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

let stop = () => {}
beforeAll(() => {
  // What is left to chance is how long to wait, within bounds that other tests look at.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  stop = countCrypto()
})
afterAll(() => {
  stop()
  vi.restoreAllMocks()
})

const seen = new Map<Column, Promise<readonly Outcome[]>>()

const outcomesOf = (column: Column): Promise<readonly Outcome[]> => {
  const cells = () =>
    rowsAt(column.endpoint, column.isDevice).flatMap((row) => [
      cellOf(column, row, 'once'),
      cellOf(column, row, 'always'),
    ])
  const outcomes = seen.get(column) ?? Promise.all(cells())
  seen.set(column, outcomes)
  return outcomes
}

describe('under every fault of the mock', () => {
  it.each(columns)('$name hangs nowhere, keeps its session, sends nothing twice, and leaks nothing', async (column) => {
    const breaches = (await outcomesOf(column)).flatMap((outcome) =>
      outcome.breaches.map((breach) => `${outcome.row}, ${outcome.persistence}: ${breach}`),
    )
    expect(breaches).toEqual([])
  })

  it('it goes as docs/faults.md says: npm run docs makes it so', async () => {
    const outcomes: Outcome[] = []
    for (const column of columns) outcomes.push(...(await outcomesOf(column)))
    await expect(faultsPage(page, families, outcomes)).toMatchFileSnapshot('../../docs/faults.md')
  })
})
