// npm run demo: the client at work against an MCP server and the mock, told as it happens. It ends by itself.
import { createSurroundings } from './surroundings.ts'

const { mock, server, start, page, visit, asked, close } = await createSurroundings()

let told = 0
const tell = (what: string, stdout: string): void => {
  const steps = asked().slice(told)
  told += steps.length
  console.log(`\n$ ${what}\n${stdout.trim()}`)
  console.log(`    the authorization server was asked for: ${steps.filter((step) => step !== 'jwks').join(', ')}`)
}

/** A run whose user is asked, and agrees. */
const agreed = async (...argv: readonly string[]): Promise<string> => {
  const client = start(...argv)
  await visit(await page(client))
  return (await client.ended()).stdout
}

console.log(`An MCP server is at ${server.url}, and that is all the client knows.`)
tell('mcp-client URL', await agreed())
tell('mcp-client URL list', (await start('list').ended()).stdout)
tell(
  `mcp-client URL add '{"text":"buy milk"}'     # needs more than the user has given so far`,
  await agreed('add', '{"text":"buy milk"}'),
)
server.refuse(server.lastToken())
tell(
  'mcp-client URL list                         # and the server takes the token no more',
  (await start('list').ended()).stdout,
)
const { clientId } = mock.requests.find(({ endpoint }) => endpoint === 'authorize') ?? {}
console.log(`\nIt has registered once, as ${clientId}.`)
await close()
