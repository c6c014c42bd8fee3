import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { z } from 'zod'

export interface McpTestServer {
  readonly url: string
  /** The token that it was shown last. */
  readonly lastToken: () => string
  /** How many calls have come with too little scope. */
  readonly refusals: () => number
  /** Takes this token no more. */
  refuse(token: string): void
  /** Says in its metadata that it is this resource. */
  pretend(resource: string): void
  /** Adds this to what its tools say, of themselves too. */
  append(text: string): void
  close(): void
}

/** Two tools, one that reads and one that writes, for the user of the token. */
const toolsFor = (user: string, appended: string): McpServer => {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('list', { description: `Lists your notes${appended}` }, () => ({
    content: [{ type: 'text', text: `the notes of ${user}${appended}` }],
  }))
  server.registerTool('add', { description: 'Adds a note', inputSchema: { text: z.string() } }, ({ text }) => ({
    content: [{ type: 'text', text: `${user} has noted: ${text}` }],
  }))
  return server
}

const scopeOf = (message: unknown): string => {
  const { method, params } = message as { readonly method?: string; readonly params?: { readonly name?: string } }
  return method === 'tools/call' && params?.name === 'add' ? 'notes:write' : 'notes:read'
}

/** An MCP server that takes tokens of one issuer, for itself alone (RFC 8707), and says so (RFC 9728). */
export const startMcpServer = async (issuer: string): Promise<McpTestServer> => {
  let lastToken = ''
  let appended = ''
  let refusals = 0
  const refused = new Set<string>()
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`))

  const challenge = (response: ServerResponse, status: number, said: Readonly<Record<string, string>>): void => {
    const where = { resource_metadata: `${origin}/.well-known/oauth-protected-resource/mcp` }
    const parameters = Object.entries({ ...where, ...said }).map(([name, value]) => `${name}="${value}"`)
    response.writeHead(status, { 'www-authenticate': `Bearer ${parameters.join(', ')}` }).end()
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === '/.well-known/oauth-protected-resource/mcp') {
      const document = { resource, authorization_servers: [issuer], scopes_supported: ['notes:read', 'notes:write'] }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document))
      return
    }
    const [, token] = request.headers.authorization?.match(/^Bearer (.+)$/) ?? []
    if (!token) return challenge(response, 401, { scope: 'notes:read' })
    lastToken = token
    const verified = await jwtVerify(token, keys, { issuer, audience: `${origin}/mcp`, typ: 'at+jwt' }).catch(
      () => undefined,
    )
    if (!verified || refused.has(token))
      return challenge(response, 401, { error: 'invalid_token', scope: 'notes:read' })
    const { sub = '', scope } = verified.payload
    const message = request.method === 'POST' ? await json(request) : undefined
    const needed = scopeOf(message ?? {})
    if (!`${scope}`.split(' ').includes(needed)) {
      refusals += 1
      return challenge(response, 403, { error: 'insufficient_scope', scope: needed })
    }
    // A transport of its own for each request: it keeps no state.
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
    await toolsFor(sub, appended).connect(transport as Parameters<McpServer['connect']>[0])
    await transport.handleRequest(request, response, message)
  }

  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let resource = `${origin}/mcp`
  return {
    url: resource,
    lastToken: () => lastToken,
    refusals: () => refusals,
    refuse: (token) => void refused.add(token),
    pretend: (other) => {
      resource = other
    },
    append: (text) => {
      appended = text
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
