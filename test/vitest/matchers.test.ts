import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { createMockAuthorizationServer, type MockAuthorizationServer } from '../../src/testing/index.js'
import '../../src/vitest/index.js'

const clientSecret = 'kept-to-itself'
const clients = [
  { clientId: 'web', clientSecret, redirectUris: ['https://app.test/callback'] },
  { clientId: 'posted', clientSecret, tokenEndpointAuthMethod: 'client_secret_post' as const },
]

const mockOf = () => createMockAuthorizationServer({ clients })

const clientOf = ({ server, fetch }: MockAuthorizationServer) =>
  createClient({ server, fetch, clientId: 'web', clientSecret })

const failureOf = (assertion: () => void): string => {
  try {
    assertion()
  } catch (failure) {
    return (failure as Error).message
  }
  throw new Error('it did not fail')
}

describe('toHaveReceivedTokenRequest', () => {
  it('finds a request by its grant, its scopes in any order, its client and how it authenticates', async () => {
    const mock = mockOf()
    await clientOf(mock).clientCredentials({ scope: 'write read' })

    expect(mock).toHaveReceivedTokenRequest()
    expect(mock).toHaveReceivedTokenRequest({ grantType: 'client_credentials', scope: 'read write' })
    expect(mock).toHaveReceivedTokenRequest({ scope: ['read', 'write'], clientId: 'web', status: 200 })
    expect(mock).toHaveReceivedTokenRequest({ clientAuthentication: 'client_secret_basic' })
    expect(mock).toHaveReceivedTokenRequest({ scope: expect.stringContaining('read') })
    expect(mock).not.toHaveReceivedTokenRequest({ scope: expect.stringContaining('delete') })
    expect(mock).not.toHaveReceivedTokenRequest({ scope: 'read' })
    expect(mock).not.toHaveReceivedTokenRequest({ grantType: 'refresh_token' })
    expect(mock).not.toHaveReceivedTokenRequest({ clientAuthentication: 'client_secret_post' })
  })

  it('tells how a client authenticates that posts its secret, signs, or has none', async () => {
    const mock = mockOf()
    const ask = (form: Record<string, string>) =>
      mock.fetch(mock.server.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
    const assertion = `x.${btoa(JSON.stringify({ sub: 'signer' }))}.x`

    await ask({ grant_type: 'client_credentials', client_id: 'posted', client_secret: clientSecret })
    await ask({ grant_type: 'client_credentials', client_assertion: assertion })
    await ask({ grant_type: 'client_credentials', client_id: 'spa' })

    expect(mock).toHaveReceivedTokenRequest({ clientId: 'posted', clientAuthentication: 'client_secret_post' })
    expect(mock).toHaveReceivedTokenRequest({ clientAuthentication: 'assertion' })
    expect(mock).toHaveReceivedTokenRequest({ clientId: 'spa', clientAuthentication: 'none', status: 401 })
  })

  it("finds one by parameters and headers, with vitest's own matchers for values, and undefined for none", async () => {
    const mock = mockOf()
    const { refreshToken = '' } = mock.issue({ clientId: 'web' })
    await clientOf(mock).refresh(refreshToken)

    expect(mock).toHaveReceivedTokenRequest({
      parameters: { refresh_token: refreshToken, client_secret: undefined },
      headers: { authorization: expect.stringMatching(/^Basic /), cookie: undefined },
    })
    expect(mock).toHaveReceivedTokenRequest({ headers: { Authorization: expect.any(String) } })
    expect(mock).not.toHaveReceivedTokenRequest({ headers: { Authorization: undefined } })
    expect(mock).not.toHaveReceivedTokenRequest({ parameters: { refresh_token: 'another' } })
    expect(mock).not.toHaveReceivedTokenRequest({ parameters: { refresh_token: undefined } })
  })

  it('counts', async () => {
    const mock = mockOf()
    const client = clientOf(mock)
    expect(mock).toHaveReceivedTokenRequestTimes(0)
    await client.clientCredentials()
    await client.clientCredentials({ scope: 'read' })

    expect(mock).toHaveReceivedTokenRequestTimes(2)
    expect(mock).toHaveReceivedTokenRequestTimes(1, { scope: 'read' })
    expect(mock).not.toHaveReceivedTokenRequestTimes(1)
  })

  it('waits with expect.poll', async () => {
    const mock = mockOf()
    const asked = clientOf(mock).clientCredentials()
    await expect.poll(() => mock).toHaveReceivedTokenRequest({ status: 200 })
    await asked
  })
})

describe('toHaveReceivedRequest', () => {
  it('judges the requests of one endpoint, by their form or their URL', async () => {
    const mock = mockOf()
    const client = clientOf(mock)
    const { url } = await client.authorizationRequest({ redirectUri: 'https://app.test/callback', scope: 'read' })
    await mock.authorize(url)
    await client.revoke(mock.issue({ clientId: 'web' }))

    expect(mock).toHaveReceivedRequest('authorize', { clientId: 'web', parameters: { response_type: 'code' } })
    expect(mock).toHaveReceivedRequest('revocation', { parameters: { token_type_hint: 'refresh_token' } })
    expect(mock).toHaveReceivedRequestTimes('revocation', 1)
    expect(mock).not.toHaveReceivedRequest('introspection')
  })
})

describe('a failure', () => {
  it('says of each request what is different', async () => {
    const mock = mockOf()
    await clientOf(mock).clientCredentials({ scope: 'write' })
    const failure = failureOf(() =>
      expect(mock).toHaveReceivedTokenRequest({ grantType: 'client_credentials', scope: 'read' }),
    )
    expect(failure).toBe(
      [
        'the mock has received no such token request',
        'at the token endpoint it has received:',
        '1. token of web, grant_type=client_credentials scope=write → 200',
        '   - scope is "write", not "read"',
      ].join('\n'),
    )
  })

  it('of a count names both numbers', async () => {
    const mock = mockOf()
    await clientOf(mock).clientCredentials()
    expect(failureOf(() => expect(mock).toHaveReceivedTokenRequestTimes(2))).toContain('is 1, not 2')
    expect(failureOf(() => expect(mock).not.toHaveReceivedTokenRequestTimes(1))).toContain('is 1')
    expect(failureOf(() => expect(mock).not.toHaveReceivedTokenRequest())).toContain('1 such token request')
  })

  it('shows no secret, neither one that was sent nor one that was expected', async () => {
    const mock = mockOf()
    const { refreshToken = '' } = mock.issue({ clientId: 'web' })
    await clientOf(mock).refresh(refreshToken)
    const failure = failureOf(() =>
      expect(mock).toHaveReceivedTokenRequest({
        parameters: { refresh_token: 'expected-secret', code_verifier: 'verified-secret' },
        headers: { authorization: 'Basic ZXhwZWN0ZWQ=' },
      }),
    )
    expect(failure).toContain('refresh_token is another one')
    expect(failure).toContain('code_verifier is nothing, not ***')
    for (const secret of [refreshToken, clientSecret, btoa(`web:${clientSecret}`), 'expected-secret', 'ZXhwZWN0ZWQ']) {
      expect(failure).not.toContain(secret)
    }
  })

  it('shows none that came in an odd place: as a name, in a URL, in details, or in what stands for a value', async () => {
    const mock = mockOf()
    const secret = 'Odd-1234567890'
    const ask = (form: string | Record<string, string>) =>
      mock.fetch(mock.server.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) })
    await ask(secret)
    await ask('OddlyLettersAlone')
    await ask({ [`${secret} `]: 'x', refresh_token: '', client_secret: secret })
    await ask({
      redirect_uri: `https://me:${secret}@app.test/cb?token=${secret}`,
      resource: `https://api.test/#${secret}`,
    })
    await ask({ authorization_details: JSON.stringify([{ iban: secret }]), scope: 'red\u001b\u009b31m' })

    const failure = failureOf(() =>
      expect(mock).toHaveReceivedTokenRequest({
        parameters: { code: expect.stringContaining(secret), redirect_uri: `https://me:${secret}@app.test/?${secret}` },
        headers: { Authorization: expect.stringMatching(secret) },
      }),
    )
    expect(failure).not.toContain('Odd')
    expect(failure).toContain('1. token ***=*** → 401')
    expect(failure).toContain('3. token ***=*** refresh_token=*** client_secret=*** →')
    expect(failure).toContain('redirect_uri=https://***@app.test/cb?*** resource=https://api.test/#*** →')
    expect(failure).toContain('- redirect_uri is https://***@app.test/cb?***, not https://***@app.test/?***')
    expect(failure).toContain('authorization_details=*** scope="red\\u001b\\u009b31m" →')
    expect(failure).toContain('- Authorization is nothing, not ***')
  })

  it("names vitest's own matchers as vitest does", async () => {
    const mock = mockOf()
    await clientOf(mock).clientCredentials({ scope: 'write' })
    const failure = failureOf(() =>
      expect(mock).toHaveReceivedTokenRequest({
        scope: expect.stringContaining('read'),
        parameters: { audience: expect.any(String), resource: expect.stringMatching(/^https:/) },
      }),
    )
    expect(failure).toContain('- scope is "write", not StringContaining "read"')
    expect(failure).toContain('- audience is nothing, not Any<String>')
    expect(failure).toContain('- resource is nothing, not StringMatching /^https:/')
  })
})

describe('what cannot be expected', () => {
  it.each<[string, (mock: MockAuthorizationServer) => void, string]>([
    ['of what is no mock', () => expect({}).toHaveReceivedTokenRequest(), 'createMockAuthorizationServer'],
    [
      'a field that there is none of',
      (mock) => expect(mock).toHaveReceivedTokenRequest(JSON.parse('{"grant_type":"refresh_token"}')),
      'no grant_type to expect',
    ],
    ['a text', (mock) => expect(mock).toHaveReceivedTokenRequest(JSON.parse('"refresh_token"')), 'is an object'],
    ['null', (mock) => expect(mock).not.toHaveReceivedTokenRequest(JSON.parse('null')), 'is an object'],
    [
      'an endpoint that there is none of',
      (mock) => expect(mock).not.toHaveReceivedRequest(JSON.parse('"tokens"')),
      'no endpoint is called tokens',
    ],
    ['no number', (mock) => expect(mock).not.toHaveReceivedTokenRequestTimes(JSON.parse('{}')), 'a whole number'],
    ['a count below 0', (mock) => expect(mock).not.toHaveReceivedTokenRequestTimes(-1), 'a whole number'],
  ])('is a TypeError, with or without .not: %s', async (_, assertion, words) => {
    const mock = mockOf()
    await clientOf(mock).clientCredentials()
    const attempt = () => assertion(mock)
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(words)
  })
})
