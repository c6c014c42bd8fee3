// Three replicas of the service at work against a mock, told as it happens. It ends by itself.
import { callEach, createSurroundings } from './surroundings.ts'

const surroundings = await createSurroundings()
const { mock, stock, redis, start, tokenRequests } = surroundings

const tell = async (what: string, replicas: Parameters<typeof callEach>[0]): Promise<void> => {
  const statuses = await callEach(replicas, 20)
  console.log(
    `${what}\n    ${replicas.length * 20} calls at once: ${statuses}   token requests so far: ${tokenRequests()}`,
  )
}

const replicas = await Promise.all([start(), start(), start()])
await tell('Three replicas have started, each a process of its own.', replicas)

mock.revoke(stock.lastToken())
await tell('The API no longer takes the token: one of them renews it.', replicas)

await replicas.shift()?.end('SIGKILL')
replicas.push(await start())
await tell('One was killed, another has taken its place: it finds the token in Redis.', replicas)

const down = mock.fault('token=503x*')
replicas.push(await start())
await tell('The token endpoint is down, and a fourth has started: nobody needs a new token.', replicas)
down.remove()

await redis.stop()
await tell('Redis is down too.', replicas)

const codes = await Promise.all(replicas.map((replica) => replica.end('SIGTERM')))
console.log(`All were told to stop, and have: exit codes ${codes}`)
await surroundings.close()
