import { describe, expect, it } from 'vitest'
import { type AuthorizationServer, type ClientOptions, createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server: AuthorizationServer = {
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
  revocationEndpoint: 'https://as.test/revoke',
  userinfoEndpoint: 'https://as.test/userinfo',
  introspectionEndpoint: 'https://as.test/introspect',
  pushedAuthorizationRequestEndpoint: 'https://as.test/par',
  mtlsEndpointAliases: {
    tokenEndpoint: 'https://mtls.as.test/token',
    introspectionEndpoint: 'https://mtls.as.test/introspect',
    userinfoEndpoint: 'https://mtls.as.test/userinfo',
    pushedAuthorizationRequestEndpoint: 'https://mtls.as.test/par',
  },
}

const setUp = (options: Partial<ClientOptions>, ...answers: Response[]) => {
  const wire = scriptedServer(...(answers.length ? answers : [json({ access_token: 'at' })]))
  return { wire, client: createClient({ server, clientId: 'web', fetch: wire.fetch, ...options }) }
}

const methods = ['tls_client_auth', 'self_signed_tls_client_auth'] as const

describe.each(methods)('%s', (clientAuthentication) => {
  it('says who the client is, and leaves the proof to the connection (RFC 8705 §2)', async () => {
    const { client, wire } = setUp({ clientAuthentication })
    await client.clientCredentials({ scope: 'read' })
    const { form, headers } = wire.only()
    expect(Object.fromEntries(form)).toEqual({ client_id: 'web', grant_type: 'client_credentials', scope: 'read' })
    expect(headers.has('authorization')).toBe(false)
  })

  it('goes where connections with a certificate are awaited (RFC 8705 §5)', async () => {
    const pushed = json({ request_uri: 'urn:x', expires_in: 60 }, 201)
    const { client, wire } = setUp(
      { clientAuthentication },
      ...[json({ access_token: 'at' }), json({ active: true }), pushed, json({ sub: 'ann' }), new Response()],
    )
    await client.clientCredentials()
    await client.introspect('at')
    const { url } = await client.authorizationRequest({ redirectUri: 'https://app.test/', pushed: true })
    await client.userinfo('at')
    await client.revoke('at')
    expect(wire.sent.map((sent) => sent.url)).toEqual([
      'https://mtls.as.test/token',
      'https://mtls.as.test/introspect',
      'https://mtls.as.test/par',
      'https://mtls.as.test/userinfo',
      // What has no alias has but one place.
      'https://as.test/revoke',
    ])
    expect(new URL(url).origin).toBe('https://as.test')
  })

  it('goes without a secret', async () => {
    const error = await failureOf(Promise.resolve().then(() => setUp({ clientAuthentication, clientSecret: 's' })))
    expect(error.code).toBe('unsupported')
  })
})

describe('another client', () => {
  it('goes to the endpoints of all', async () => {
    const { client, wire } = setUp({ clientSecret: 's' })
    await client.clientCredentials()
    expect(wire.only().url).toBe('https://as.test/token')
  })

  it('goes to the aliases where its tokens are bound to its certificate', async () => {
    const { client, wire } = setUp({ clientSecret: 's', tlsClientCertificateBoundAccessTokens: true })
    await client.clientCredentials()
    expect(wire.only().url).toBe('https://mtls.as.test/token')
    expect(wire.only().headers.get('authorization')).toBe(`Basic ${btoa('web:s')}`)
  })

  it('that is public stays so, though its tokens are bound (RFC 8705 §4)', async () => {
    const { client, wire } = setUp({ tlsClientCertificateBoundAccessTokens: true })
    expect((await failureOf(client.clientCredentials())).code).toBe('unsupported')
    await client.refresh('rt')
    expect(wire.only().url).toBe('https://mtls.as.test/token')
  })
})

it('an alias that is plain http is refused', async () => {
  const wire = scriptedServer()
  const client = createClient({
    server: { ...server, mtlsEndpointAliases: { tokenEndpoint: 'http://mtls.as.test/token' } },
    ...{ clientId: 'web', clientAuthentication: 'tls_client_auth', fetch: wire.fetch },
  })
  expect((await failureOf(client.clientCredentials())).code).toBe('insecure_url')
  expect(wire.sent).toHaveLength(0)
})
