import { expect, it } from 'vitest'
import { createClient, type LogoutOptions } from '../../src/index.js'
import { createMockAuthorizationServer } from '../../src/testing/index.js'
import { askToken, authorizationUrl, basic } from './wire.js'

const postLogoutRedirectUri = 'https://app.test/bye'
const redirectUri = 'https://app.test/cb'

const setUp = () => {
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'web', redirectUris: [redirectUri], postLogoutRedirectUris: [postLogoutRedirectUri] },
      { clientId: 'other', redirectUris: [redirectUri], postLogoutRedirectUris: ['https://other.test/bye'] },
    ],
  })
  const client = createClient({ server: mock.server, clientId: 'web', fetch: mock.fetch })
  const idToken = async (clientId = 'web') => {
    const request = await client.authorizationRequest({ redirectUri, scope: 'openid' })
    const url = request.url.replace('client_id=web', `client_id=${clientId}`)
    const code = `${new URL(await mock.authorize(url)).searchParams.get('code')}`
    const form = { grant_type: 'authorization_code', client_id: clientId, code, redirect_uri: redirectUri }
    const { json } = await askToken(mock, { ...form, code_verifier: `${request.codeVerifier}` })
    return `${json['id_token']}`
  }
  const visit = async (options?: LogoutOptions) => mock.fetch(await client.logoutUrl(options), { redirect: 'manual' })
  return { mock, client, visit, idToken }
}

const idTokenOf = (claims: object) => `${btoa('{}')}.${btoa(JSON.stringify(claims))}.sig`
const forged = idTokenOf({ iss: 'https://as.test', aud: 'web', exp: 0, at_hash: 'a' })

it('sends the user back with the state, and nobody is logged in any more', async () => {
  const { mock, visit, idToken } = setUp()
  const silently = authorizationUrl(mock, {
    client_id: 'web',
    redirect_uri: redirectUri,
    prompt: 'none',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  await mock.authorize(silently, { session: true })
  expect(await mock.authorize(silently)).toContain('code=')
  const answer = await visit({ token: await idToken(), postLogoutRedirectUri, state: 's 1' })
  expect(answer.status).toBe(302)
  expect(answer.headers.get('location')).toBe(`${postLogoutRedirectUri}?state=s+1`)
  expect(await mock.authorize(silently)).toContain('error=login_required')
})

it('shows a page where it has nowhere to send the user', async () => {
  const { visit, idToken } = setUp()
  for (const options of [{}, { token: await idToken() }]) {
    expect(await visit(options)).toMatchObject({ status: 200 })
  }
})

it.each([
  ['to where the client has not registered', { postLogoutRedirectUri: 'https://other.test/bye' }],
  ['with an ID token that nobody has signed', { token: forged }],
  ['with the ID token of another server', { token: idTokenOf({ iss: 'https://evil.test', aud: 'web' }) }],
  ['with what is no ID token', { token: 'nonsense' }],
])('sends nobody away %s', async (_, options) => {
  const answer = await setUp().visit({ postLogoutRedirectUri, ...options })
  expect(answer.status).toBe(400)
  expect(answer.headers.get('location')).toBeNull()
})

it('takes an ID token of a key that was rotated away, and none of a key that was withdrawn', async () => {
  const { mock, visit, idToken } = setUp()
  const token = await idToken()
  mock.rotateKeys()
  expect((await visit({ token, postLogoutRedirectUri })).status).toBe(302)
  mock.rotateKeys({ keepOld: false })
  expect((await visit({ token, postLogoutRedirectUri })).status).toBe(400)
  expect(mock.requests.at(-1)?.refused).toBe('the ID token is signed by none of the keys of this server')
})

it('takes no ID token of another client, and no access token for one', async () => {
  const { mock, visit, idToken } = setUp()
  await visit({ token: await idToken('other'), postLogoutRedirectUri })
  expect(mock.requests.at(-1)).toMatchObject({ status: 400, refused: 'client_id is not whom the ID token is for' })
  const clients = [{ clientId: 'web', clientSecret: 's3cret' }]
  const jwts = createMockAuthorizationServer({ clients, accessTokenFormat: 'jwt' })
  const { json } = await askToken(jwts, { grant_type: 'client_credentials' }, basic('web', 's3cret'))
  const hint = new URLSearchParams({ id_token_hint: `${json['access_token']}` })
  await jwts.fetch(`${jwts.server.endSessionEndpoint}?${hint}`)
  expect(jwts.requests.at(-1)?.refused).toBe('this is an access token, no ID token')
})

it('reads a form alone, in which nothing is repeated', async () => {
  const { mock } = setUp()
  const url = `${mock.server.endSessionEndpoint}`
  const post = (body: string, type: string) =>
    mock.fetch(url, { method: 'POST', body, headers: { 'content-type': type } })
  expect((await post('client_id=web', 'application/x-www-form-urlencoded')).status).toBe(200)
  expect((await post('client_id=web', 'text/plain')).status).toBe(400)
  expect((await mock.fetch(`${url}?state=a&state=b`)).status).toBe(400)
  expect(mock.requests.at(-1)?.refused).toBe('a parameter is repeated')
})
