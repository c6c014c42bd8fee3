// Over msw: code that calls the global fetch, at the URLs of the real services. Nothing in it was changed for a test.
import { createMockAuthorizationServer } from 'bearward/testing'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Digest } from '../src/digest.ts'
import { openHub } from '../src/hub.ts'

const credentials = { clientId: 'digests', clientSecret: 'made-up-secret' }
const digest: Digest = { firm: 'smith', state: 'reconnect' }

const network = setupServer()
let mock: ReturnType<typeof createMockAuthorizationServer>
let received: unknown[]

beforeAll(() => network.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => {
  mock = createMockAuthorizationServer({ profile: 'miwa', clients: [credentials] })
  received = []
  network.use(
    ...mock.handlers(http),
    http.post('https://hub.example.com/digests', async ({ request }) => {
      const headers = { authorization: `${request.headers.get('authorization')}` }
      const { status } = await mock.fetch(mock.resource, { headers })
      if (status === 200) received.push(await request.json())
      return new HttpResponse(null, { status })
    }),
  )
})
afterEach(() => network.resetHandlers())
afterAll(() => network.close())

it('posts digests with a token of miwa, of which it asks for one', async () => {
  const hub = openHub(credentials)
  await Promise.all([hub.post(digest), hub.post(digest), hub.post(digest)])

  expect(received).toEqual([digest, digest, digest])
  expect(mock).toHaveReceivedTokenRequestTimes(1)
})

it('asks as miwa documents: the secret in the body, and no scope', async () => {
  await openHub(credentials).post(digest)

  expect(mock).toHaveReceivedTokenRequest({
    grantType: 'client_credentials',
    clientAuthentication: 'client_secret_post',
    parameters: { scope: undefined },
  })
})

it('survives a token endpoint that stumbles', async () => {
  mock.fault('token=503')
  await openHub(credentials).post(digest)
  expect(received).toEqual([digest])
})

it('says what is wrong when the secret is, and not what it is', async () => {
  const clientSecret = 'another-secret'
  const failure: Error = await openHub({ ...credentials, clientSecret })
    .post(digest)
    .then(
      () => expect.unreachable(),
      (error) => error,
    )

  expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_client' })
  expect(`${failure.stack}${JSON.stringify(failure)}`).not.toContain(clientSecret)
})
