import { memoryStore } from 'bearward'
import { createManualClock, createMockAuthorizationServer, type MockAuthorizationServer } from 'bearward/testing'
import { type Firms, openFirms } from '../src/firms.ts'

export const redirectUri = 'https://digests.example.com/callback'
export const credentials = { clientId: 'digests', clientSecret: 'made-up-secret' }
export const apiUrl = 'https://api.smokeball.com'

const matters: Readonly<Record<string, readonly string[]>> = {
  smith: ['Smith v. Jones', 'The estate of Mr Smith'],
  brown: ['Brown v. The Crown'],
}

/** The API of matters, as much of it as we use: it asks the mock whose a token is. */
export const mattersApi =
  (mock: MockAuthorizationServer) =>
  async (authorization: string | null): Promise<Response> => {
    const answer = await mock.fetch(mock.resource, authorization === null ? {} : { headers: { authorization } })
    if (!answer.ok) return answer
    const { subject } = (await answer.json()) as { subject: string }
    return Response.json((matters[subject] ?? []).map((title) => ({ title })))
  }

/** Smokeball in memory, with a clock that stands still until it is told, and our program in the midst of it. */
export const smokeballInMemory = () => {
  const clock = createManualClock()
  const clients = [{ ...credentials, redirectUris: [redirectUri] }]
  const mock = createMockAuthorizationServer({ profile: 'smokeball', clients, clock })
  const answer = mattersApi(mock)
  const fetch: typeof globalThis.fetch = (input, init) => {
    const isApi = `${input}`.startsWith(apiUrl)
    return isApi ? answer(new Headers(init?.headers).get('authorization')) : mock.fetch(input, init)
  }
  const { server } = mock
  const firms = openFirms({ server, ...credentials, redirectUri, apiUrl, store: memoryStore(), fetch, clock })
  return { mock, clock, firms }
}

/** Somebody of the firm logs in and agrees. */
export const connect = async (firms: Firms, mock: MockAuthorizationServer, firm: string): Promise<void> => {
  const request = await firms.connect()
  await firms.connected(firm, await mock.authorize(request.url, { user: firm }), request)
}
