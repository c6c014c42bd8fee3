import { generateKeyPairSync, randomUUID, X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import Provider, { type ClientMetadata, type KoaContextWithOIDC } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthorizationServer, type Client, type ClientOptions, createClient, discover } from '../../src/index.js'
import { createMockCertificate, type MockCertificate } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fetchOverTls } from '../fixtures/fetch-over-tls.js'
import { memoryStore } from './store.ts'

const subject = 'CN=orders,O=Example'

const registered = (clientId: string, method: string, more: object = {}): ClientMetadata => ({
  client_id: clientId,
  token_endpoint_auth_method: method as 'tls_client_auth',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  tls_client_certificate_bound_access_tokens: true,
  ...more,
})

const socketOf = ({ req }: KoaContextWithOIDC) => req.socket as TLSSocket

describe('mutual TLS at a certified server (RFC 8705)', () => {
  let authority: MockCertificate
  let orders: MockCertificate
  let alone: MockCertificate
  let stranger: MockCertificate
  let plain: Server
  let mutual: Server
  let server: AuthorizationServer
  const paths: string[] = []

  beforeAll(async () => {
    authority = await createMockCertificate({ subject: 'CN=authority', isAuthority: true })
    const site = await createMockCertificate({ names: { ip: ['127.0.0.1'] }, signedBy: authority })
    orders = await createMockCertificate({ subject, signedBy: authority })
    alone = await createMockCertificate({ subject: 'CN=alone' })
    stranger = await createMockCertificate({ subject })
    const open = async (requestCert: boolean) => {
      const { cert, key } = site
      const opened = createServer({ cert, key, ca: authority.cert, requestCert, rejectUnauthorized: false })
      await new Promise<void>((listening) => opened.listen(0, '127.0.0.1', listening))
      return { opened, origin: `https://127.0.0.1:${(opened.address() as AddressInfo).port}` }
    }
    // Two doors to one server: only the second asks for a certificate.
    const [first, second] = [await open(false), await open(true)]
    plain = first.opened
    mutual = second.opened
    const { publicKey: certifiedKey, raw } = new X509Certificate(alone.cert)
    const jwk = certifiedKey.export({ format: 'jwk' })
    const x5c = [raw.toString('base64')]
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const provider = new Provider(first.origin, {
      adapter: memoryStore(),
      jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
      cookies: { keys: [randomUUID()] },
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
      clientAuthMethods: ['tls_client_auth', 'self_signed_tls_client_auth', 'client_secret_basic', 'none'],
      ttl: { ClientCredentials: 3600 },
      clients: [
        registered('orders', 'tls_client_auth', { tls_client_auth_subject_dn: subject }),
        registered('alone', 'self_signed_tls_client_auth', {
          jwks: { keys: [{ kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y, x5c }] },
        }),
        registered('bound', 'client_secret_basic', { client_secret: 'the-secret-of-bound' }),
      ] as ClientMetadata[],
      discovery: {
        mtls_endpoint_aliases: {
          token_endpoint: `${second.origin}/token`,
          introspection_endpoint: `${second.origin}/token/introspection`,
          revocation_endpoint: `${second.origin}/token/revocation`,
        },
      },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        revocation: { enabled: true, allowedPolicy: () => true },
        introspection: { enabled: true, allowedPolicy: () => true },
        mTLS: {
          enabled: true,
          certificateBoundAccessTokens: true,
          tlsClientAuth: true,
          selfSignedTlsClientAuth: true,
          getCertificate: (context) => {
            const raw = socketOf(context).getPeerX509Certificate?.()
            return raw?.toString()
          },
          certificateAuthorized: (context) => socketOf(context).authorized,
          certificateSubjectMatches: (context, _property, expected) =>
            socketOf(context).getPeerX509Certificate?.()?.subject.split('\n').reverse().join(',') === expected,
        },
      },
    })
    for (const [name, { opened }] of Object.entries({ plain: first, mutual: second })) {
      const answer = provider.callback()
      opened.on('request', (request, response) => {
        paths.push(`${name} ${request.url}`)
        answer(request, response)
      })
    }
    server = await discover(first.origin, { fetch: fetchOverTls(authority.cert) })
  })

  afterAll(() => {
    for (const opened of [plain, mutual]) {
      opened.close()
      opened.closeAllConnections()
    }
  })

  const clientOf = (
    certificate: MockCertificate | undefined,
    options: Omit<ClientOptions, 'server' | 'fetch'>,
  ): Client => createClient({ server, fetch: fetchOverTls(authority.cert, certificate), ...options })

  it.each([
    ['orders', 'tls_client_auth', () => orders],
    ['alone', 'self_signed_tls_client_auth', () => alone],
  ] as const)(
    'authenticates %s by %s, at the aliases, and binds its token',
    async (clientId, method, certificateOf) => {
      const certificate = certificateOf()
      const client = clientOf(certificate, { clientId, clientAuthentication: method })
      paths.length = 0
      const token = await client.clientCredentialsSource().token()
      const seen = await client.introspect(token)
      expect(paths).toEqual(['mutual /token', 'mutual /token/introspection'])
      expect(seen.active).toBe(true)
      expect(seen.raw['cnf']).toEqual({ 'x5t#S256': certificate.thumbprint })
      await client.revoke(token)
      expect((await client.introspect(token)).active).toBe(false)
    },
  )

  it.each([
    ['no certificate', (): MockCertificate | undefined => undefined],
    ['one that nobody vouches for', (): MockCertificate | undefined => stranger],
  ] as const)('refuses a client that shows %s', async (_, certificateOf) => {
    const client = clientOf(certificateOf(), { clientId: 'orders', clientAuthentication: 'tls_client_auth' })
    expect(await failureOf(client.clientCredentials())).toMatchObject({
      code: 'error_response',
      error: 'invalid_client',
    })
  })

  it('binds the tokens of a client with a secret, which goes to the aliases because it says so', async () => {
    const options = { clientId: 'bound', clientSecret: 'the-secret-of-bound' }
    const client = clientOf(orders, { ...options, tlsClientCertificateBoundAccessTokens: true })
    const { raw } = await client.introspect(await client.clientCredentials())
    expect(raw['cnf']).toEqual({ 'x5t#S256': orders.thumbprint })
    expect((await failureOf(clientOf(orders, options).clientCredentials())).code).toBe('error_response')
  })
})
