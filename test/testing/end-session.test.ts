import { expect, it } from 'vitest'
import { createClient, type LogoutOptions } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { authorizationUrl } from './wire.js'

const postLogoutRedirectUri = 'https://app.test/bye'
const redirectUri = 'https://app.test/cb'

const setUp = () => {
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'web', redirectUris: [redirectUri], postLogoutRedirectUris: [postLogoutRedirectUri] },
      { clientId: 'other', postLogoutRedirectUris: ['https://other.test/bye'] },
    ],
  })
  const client = createClient({ server: mock.server, clientId: 'web', fetch: mock.fetch })
  const visit = async (options?: LogoutOptions) => mock.fetch(await client.logoutUrl(options), { redirect: 'manual' })
  return { mock, visit }
}

const idTokenOf = (claims: object) => `${btoa('{}')}.${btoa(JSON.stringify(claims))}.sig`
const hint = idTokenOf({ iss: 'https://as.test', aud: 'web', exp: 0 })

it('sends the user back with the state, and nobody is logged in any more', async () => {
  const { mock, visit } = setUp()
  const silently = authorizationUrl(mock, {
    client_id: 'web',
    redirect_uri: redirectUri,
    prompt: 'none',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  await mock.authorize(silently, { session: true })
  expect(await mock.authorize(silently)).toContain('code=')
  const answer = await visit({ token: hint, postLogoutRedirectUri, state: 's 1' })
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe(`${postLogoutRedirectUri}?state=s+1`)
  expect(await mock.authorize(silently)).toContain('error=login_required')
})

it('shows a page where it has nowhere to send the user', async () => {
  const { visit } = setUp()
  for (const options of [{}, { token: hint }]) {
    expect(await visit(options)).toMatchObject({ status: 200 })
  }
})

it.each([
  ['to where the client has not registered', { postLogoutRedirectUri: 'https://other.test/bye' }],
  ['with the ID token of another client', { token: idTokenOf({ iss: 'https://as.test', aud: 'other' }) }],
  ['with the ID token of another server', { token: idTokenOf({ iss: 'https://evil.test', aud: 'web' }) }],
  ['with what is no ID token', { token: 'nonsense' }],
])('sends nobody away %s', async (_, options) => {
  const answer = await setUp().visit({ postLogoutRedirectUri, ...options })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('location')).toBeNull()
})
