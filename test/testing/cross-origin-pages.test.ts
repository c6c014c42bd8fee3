import type { Page } from 'playwright'
import { afterEach, expect, it } from 'vitest'
import { createMockAuthorizationServer, type ListeningMock, type MockClient } from '../../src/testing/index.js'
import { describeTabs } from '../stores/tabs.js'

let there: ListeningMock
afterEach(() => there.close())

const listening = async (redirectUri: string, dpop = true) => {
  const clients: MockClient[] = [{ clientId: 'page', redirectUris: [redirectUri] }]
  const mock = createMockAuthorizationServer({ clients, ...(dpop && { dpop: { required: true, nonce: 'both' } }) })
  there = await mock.listen()
  return mock
}

/** The page makes a client, and the request that it sends the user with. */
const start = (page: Page, redirectUri: string, dpop = true) =>
  page.evaluate(
    async ({ server, redirectUri, dpop }) => {
      const client = window.createClient({ server, clientId: 'page', ...(dpop && { dpop: window.createDPoP() }) })
      const request = await client.authorizationRequest({ redirectUri })
      Object.assign(window, { client, request })
      return request.url
    },
    { server: there.server, redirectUri, dpop },
  )

interface App {
  readonly client: ReturnType<Window['createClient']>
  readonly request: Awaited<ReturnType<ReturnType<Window['createClient']>['authorizationRequest']>>
}

/** The page exchanges the code, renews the token and calls the API with it. */
const finish = (page: Page, callback: string) =>
  page.evaluate(
    async ({ callback, resource }) => {
      const { client, request } = window as unknown as App
      try {
        const token = await client.exchangeCode(callback, request)
        const session = client.sessionSource({ token })
        const renewed = await session.token({ rejected: token })
        const api = window.bearerFetch(session, { origins: [new URL(resource).origin] })
        const answer = await api(resource, { method: 'PUT', body: 'b' })
        const refused = await fetch(resource)
        const why = refused.headers.get('www-authenticate')
        await session.end()
        return { type: renewed.tokenType, status: answer.status, answer: await answer.json(), why }
      } catch (error) {
        return { code: (error as { code?: string }).code ?? `${error}` }
      }
    },
    { callback, resource: there.resource },
  )

describeTabs('a page of another origin than the mock', (bench) => {
  it('exchanges a code, renews, calls the API and logs out, with proofs that hold the nonces of both servers', async () => {
    const redirectUri = `${bench.tabs.origin}/callback`
    const mock = await listening(redirectUri)
    const page = await bench.user.tab()
    const callback = await mock.authorize(await start(page, redirectUri))
    expect(await finish(page, callback)).toEqual({
      ...{ type: 'DPoP', status: 200, answer: { clientId: 'page', subject: 'user', scope: '' } },
      why: expect.stringMatching(/^Bearer /),
    })
    expect(mock.requests.map(({ method, endpoint, status }) => `${method} ${endpoint} ${status}`)).toEqual([
      'GET authorize 302',
      // Each server tells its nonce with its first answer, which the page must be able to read.
      'POST token 400',
      'POST token 200',
      'POST token 200',
      'PUT resource 401',
      'PUT resource 200',
      'GET resource 401',
      'POST revocation 200',
    ])
  })

  it('is refused by the browser where no redirect URI is of its origin, and the code is not used up', async () => {
    const redirectUri = 'https://app.test/callback'
    const mock = await listening(redirectUri)
    const page = await bench.user.tab()
    const callback = await mock.authorize(await start(page, redirectUri))
    expect(await finish(page, callback)).toEqual({ code: 'connection_lost' })
    // The proof has a header of its own, so that the browser asks first, and sends no more.
    expect(mock.requests.map(({ endpoint }) => endpoint)).toEqual(['authorize'])
  })

  it('that is refused has spent its code, where the browser need not ask first', async () => {
    const redirectUri = 'https://app.test/callback'
    const mock = await listening(redirectUri, false)
    const page = await bench.user.tab()
    const callback = await mock.authorize(await start(page, redirectUri, false))
    expect(await finish(page, callback)).toEqual({ code: 'connection_lost' })
    expect(mock.requests.map(({ endpoint, status }) => `${endpoint} ${status}`)).toEqual(['authorize 302', 'token 200'])
  })
})
