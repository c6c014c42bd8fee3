import { createMockAuthorizationServer } from 'bearward/testing'
import { startRedis } from './redis-server.ts'
import { type Replica, startReplica } from './replica.ts'
import { startStockServer } from './stock-server.ts'

/** All that the service needs, on this machine: who issues the tokens, the API that takes them, and a Redis. */
export const createSurroundings = async () => {
  const [clientId, clientSecret] = ['orders', 'made-up-secret']
  const mock = createMockAuthorizationServer({ clients: [{ clientId, clientSecret, scope: 'stock:read' }] })
  const listening = await mock.listen()
  const stock = await startStockServer(listening.resource)
  const redis = await startRedis()
  const replicas: Replica[] = []

  const start = async (): Promise<Replica> => {
    const replica = await startReplica({
      TOKEN_ENDPOINT: listening.server.tokenEndpoint,
      CLIENT_ID: clientId,
      CLIENT_SECRET: clientSecret,
      STOCK_URL: stock.url,
      REDIS_URL: redis.url,
    })
    replicas.push(replica)
    return replica
  }

  const close = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')))
    stock.close()
    await Promise.all([listening.close(), redis.stop()])
  }

  const tokenRequests = () => mock.requests.filter(({ endpoint }) => endpoint === 'token').length

  return { mock, stock, redis, start, started: replicas as readonly Replica[], tokenRequests, close }
}

/** So many calls at once, to each of these replicas. @returns the statuses of the answers, each once */
export const callEach = async (replicas: readonly Replica[], times: number): Promise<readonly number[]> => {
  const calls = replicas.flatMap(({ url }) => Array.from({ length: times }, () => fetch(`${url}/items/42`)))
  const answers = await Promise.all(calls)
  await Promise.all(answers.map((answer) => answer.text()))
  return [...new Set(answers.map(({ status }) => status))]
}
