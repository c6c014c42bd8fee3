import type { Table } from '../report.ts'
import { started } from '../servers/started.ts'
import { adoption } from '../sharing/adoption.ts'
import { startEngines } from '../sharing/engines.ts'
import { operations } from '../sharing/operations.ts'
import { tokensAtHand } from '../sharing/tokens-at-hand.ts'
import { manyUsers } from '../sharing/users.ts'

/** What it costs that others hold the same token. */
export const run = async (): Promise<readonly Table[]> => {
  const engines = await startEngines()
  const server = await started('./authorization-server.ts')
  try {
    await server.order('behave', { lifetime: 3600, delayMs: 0 })
    const atHand = await tokensAtHand(engines, server.origin)
    const tables = [
      { ...atHand, remarks: [...atHand.remarks, ...engines.leftOut] },
      await operations(engines, server),
      await adoption(engines, server),
      await manyUsers(engines),
    ]
    return tables
  } finally {
    await server.stop()
    await engines.stop()
  }
}
