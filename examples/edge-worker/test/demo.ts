// npm run demo: two isolates of the worker at work against a mock, told as it happens. It ends by itself.
import { type Isolate, startWorld } from './world.ts'

const { isolates, mock, passTime, close } = await startWorld()
const [one, two] = isolates

const counted = (grant: string): number =>
  mock.requests.filter(({ form }) => `${form?.['grant_type']}`.endsWith(grant)).length

const tell = async (what: string, asked: readonly Isolate[], path: string, userToken?: string): Promise<void> => {
  const answers = await Promise.all(asked.map((isolate) => isolate.get(path, userToken)))
  const statuses = new Set(answers.map(({ status }) => status))
  const [first] = await Promise.all(answers.map((answer) => answer.text()))
  console.log(`${what}\n    ${[...statuses]} ${first}`)
  console.log(`    tokens so far: ${counted('client_credentials')} of the shop, ${counted('token-exchange')} exchanged`)
}

await tell('Ten requests come to two isolates at once.', Array(5).fill([one, two]).flat(), '/stock/honey')

await passTime(3_560_000)
const hanging = mock.fault('token=delay:1s')
await tell('The token is nearly over, and its endpoint slow: nobody waits for the next one.', [one], '/stock/honey')
while (counted('client_credentials') < 2) await new Promise((resolve) => setTimeout(resolve, 50))
hanging.remove()

await passTime(60_000)
await tell('The first token is over: both isolates have the next one.', [one, two], '/stock/honey')

const { accessToken } = mock.issue({ clientId: 'app', subject: 'ann', scope: 'orders:read profile' })
await tell('ann asks for her orders, with a token of the app that she uses.', [one], '/orders', accessToken)
await tell('ann asks again.', [one], '/orders', accessToken)

await close()
