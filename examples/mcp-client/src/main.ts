// node src/main.ts URL               lists the tools of an MCP server
// node src/main.ts URL TOOL [JSON]   calls one of them
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { fileStore } from 'bearward/file'
import { authorizedFetch } from './authorized-fetch.ts'
import { printable, printableJson } from './printable.ts'

const [url, tool, json = '{}'] = process.argv.slice(2)
if (!url || !URL.canParse(url)) {
  console.error('node src/main.ts URL [TOOL [JSON]]')
  process.exit(2)
}

const run = async (): Promise<void> => {
  const { XDG_CONFIG_HOME = join(homedir(), '.config') } = process.env
  const fetch = await authorizedFetch(url, {
    store: fileStore({ directory: join(XDG_CONFIG_HOME, 'mcp-client') }),
    onUrl: (page) => console.error(`Your browser opens. If it does not, go to:\n\n    ${page}\n`),
  })
  const client = new Client({ name: 'example', version: '1.0.0' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { fetch }))
  if (tool) {
    const { content } = await client.callTool({ name: tool, arguments: JSON.parse(json) })
    console.log(printableJson(content))
  } else {
    const { tools } = await client.listTools()
    for (const { name, description = '' } of tools) console.log(printable(`${name}  ${description}`))
  }
  await client.close()
}

try {
  await run()
} catch (error) {
  console.error(printable((error as Error).message))
  process.exitCode = 1
}
