import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, createClient, discover, type OAuthError } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { exchangeGrant } from './exchange-grant.ts'
import { tokenOf } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

describe('token exchange at a certified server', () => {
  const api = { clientId: 'api', clientSecret: 'the-secret-of-the-api' }
  let provider: RunningProvider
  let server: AuthorizationServer
  let web: Client
  let client: Client
  beforeAll(async () => {
    provider = await startProvider({
      tokenExchange: true,
      moreClients: [
        {
          client_id: api.clientId,
          client_secret: api.clientSecret,
          grant_types: [exchangeGrant],
          redirect_uris: [],
          response_types: [],
        },
      ],
    })
    server = await discover(provider.issuer)
    web = createClient({ ...clients.basic, server })
    client = createClient({ ...api, server })
  })
  afterAll(() => provider.close())

  it('gives a token of the user to another client, with less scope', async () => {
    const { accessToken } = await tokenOf(web)
    const options = { subjectToken: accessToken, subjectTokenType: 'access_token', audience: ['a', 'b'] } as const
    const token = await client.tokenExchange({ ...options, scope: 'read' })
    expect(token).toMatchObject({
      tokenType: 'Bearer',
      issuedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'read',
      raw: { audience: ['a', 'b'] },
    })
    expect(await client.introspect(token)).toMatchObject({
      active: true,
      clientId: 'api',
      subject: 'ada',
      scope: 'read',
    })
  })

  it('is refused with the error of the server', async () => {
    const { accessToken } = await tokenOf(web)
    const ask = (fields: object): Promise<OAuthError> =>
      failureOf(client.tokenExchange({ subjectToken: accessToken, subjectTokenType: 'access_token', ...fields }))
    expect(await ask({ subjectToken: 'made-up' })).toMatchObject({ error: 'invalid_request', status: 400 })
    expect(await ask({ scope: 'admin' })).toMatchObject({ error: 'invalid_scope', status: 400 })
    const other = web.tokenExchange({ subjectToken: accessToken, subjectTokenType: 'access_token' })
    expect(await failureOf(other)).toMatchObject({
      code: 'error_response',
      errorDescription: 'requested grant type is not allowed for this client',
    })
  })

  it('stays fresh from the session of the user, which is renewed where its token is refused', async () => {
    const token = await tokenOf(web)
    const session = web.sessionSource({ token: { ...token, accessToken: 'of-a-server-before' } })
    const source = client.tokenExchangeSource({ subjectToken: session, subjectTokenType: 'access_token' })
    const first = await source.token()
    expect(session.current()?.accessToken).not.toBe('of-a-server-before')
    const second = await source.token({ rejected: first })
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(await client.introspect(second)).toMatchObject({ active: true, subject: 'ada' })
  })

  it('knows no JWT bearer grant here, and says so', async () => {
    expect(await failureOf(web.jwtBearer({ assertion: 'a.b.c' }))).toMatchObject({ error: 'unsupported_grant_type' })
  })
})
