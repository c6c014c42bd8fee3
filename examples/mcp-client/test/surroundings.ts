import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientIdMetadataDocument } from 'bearward'
import { createMockAuthorizationServer } from 'bearward/testing'
import { metadata } from '../src/metadata.ts'
import { startMcpServer } from './mcp-server.ts'
import { type Running, runClient } from './run-client.ts'

export const documentUrl = 'https://assistant.example.com/oauth/client.json'

export interface SurroundingsOptions {
  /** The authorization server reads who a client is at the URL that is its id. @default false: clients register */
  readonly readsDocuments?: boolean
}

/** An MCP server, who issues tokens for it, and a home of its own for the client, who knows nothing of either. */
export const createSurroundings = async ({ readsDocuments = false }: SurroundingsOptions = {}) => {
  const mock = createMockAuthorizationServer({
    clients: [],
    accessTokenFormat: 'jwt',
    ...(readsDocuments && {
      clientMetadataDocuments: { [documentUrl]: await clientIdMetadataDocument(documentUrl, metadata) },
    }),
  })
  const listening = await mock.listen()
  const server = await startMcpServer(listening.origin)
  const home = await mkdtemp(join(tmpdir(), 'mcp-client-'))
  const environment = {
    XDG_CONFIG_HOME: home,
    BROWSER: 'none',
    ...(readsDocuments && { CLIENT_DOCUMENT_URL: documentUrl }),
  }

  const start = (...argv: readonly string[]): Running => runClient(environment, server.url, ...argv)

  /** The page that the client asks its user to open. */
  const page = (running: Running): Promise<string> => running.says(/^ +(http\S+)$/m)

  return {
    mock,
    server,
    start,
    page,
    /** Plays the user who has that page opened, and agrees. */
    visit: async (url: string, user = 'ada'): Promise<void> => {
      await fetch(await mock.authorize(url, { user }))
    },
    /** The endpoints of the authorization server that were asked, in order. */
    asked: () => mock.requests.map(({ endpoint }) => endpoint),
    close: async () => {
      server.close()
      await listening.close()
      await rm(home, { recursive: true })
    },
  }
}
