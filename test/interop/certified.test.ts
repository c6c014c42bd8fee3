import { afterAll, beforeAll, describe } from 'vitest'
import { createBrowser } from '../oidc/browser.js'
import { clients, type RunningProvider, startProvider } from '../oidc/provider.js'
import { catchesMisuse } from './misuse.js'
import { openidClientProgram } from './openid-client-program.js'

/** What the mock is held to in the other files: the same tests, of a server that is certified. */
describe('oidc-provider, misused by way of openid-client', () => {
  let provider: RunningProvider

  beforeAll(async () => {
    provider = await startProvider()
  })

  afterAll(() => provider.close())

  catchesMisuse(() =>
    openidClientProgram({
      ...{ issuer: provider.issuer, resource: provider.resource, scope: 'openid read' },
      client: clients.basic,
      another: clients.awkward,
      approve: async (url) => (await createBrowser().visit(url)).url,
    }),
  )
})
