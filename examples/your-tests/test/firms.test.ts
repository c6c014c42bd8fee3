// In memory: how a firm is connected. The mock plays Smokeball, and `mock.authorize` the user at its login page.
import { expect, it } from 'vitest'
import { connect, redirectUri, smokeballInMemory } from './smokeball.ts'

it('sends the user to Smokeball, with PKCE', async () => {
  const { firms } = smokeballInMemory()
  const { origin, searchParams } = new URL((await firms.connect()).url)

  expect(origin).toBe('https://auth.smokeball.com')
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: 'digests',
    redirect_uri: redirectUri,
    code_challenge_method: 'S256',
  })
})

it('connects a firm, and proves who we are in the way that Smokeball documents', async () => {
  const { firms, mock } = smokeballInMemory()
  await connect(firms, mock, 'smith')

  expect(mock).toHaveReceivedTokenRequest({
    grantType: 'authorization_code',
    clientAuthentication: 'client_secret_basic',
    parameters: { client_id: 'digests', client_secret: undefined, code_verifier: expect.any(String) },
    status: 200,
  })
})

it('connects nobody where the user refuses', async () => {
  const { firms, mock } = smokeballInMemory()
  const request = await firms.connect()
  const callback = await mock.authorize(request.url, { deny: true })

  await expect(firms.connected('smith', callback, request)).rejects.toMatchObject({ code: 'authorization_refused' })
  expect(mock).not.toHaveReceivedTokenRequest()
})

it('connects nobody with the code of another login', async () => {
  const { firms, mock } = smokeballInMemory()
  const [mine, another] = [await firms.connect(), await firms.connect()]
  const callback = await mock.authorize(another.url)

  await expect(firms.connected('smith', callback, mine)).rejects.toMatchObject({ code: 'state_mismatch' })
  expect(mock).not.toHaveReceivedTokenRequest()
})
