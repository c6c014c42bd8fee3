import { expect, it } from 'vitest'
import { instrumented } from '../../src/opentelemetry/index.js'
import { tokenServer } from '../tokens/token-server.js'
import { inMemory } from './in-memory.js'

it('where no context manager follows promises, as in a page, the spans are there and have no parents', async () => {
  const memory = inMemory()
  const server = tokenServer({ around: (options) => instrumented(options, memory) })
  await server.client.clientCredentialsSource().token()
  expect(memory.lines()).toEqual(['CLIENT POST token_endpoint < none', 'INTERNAL renew client_credentials < none'])
})
