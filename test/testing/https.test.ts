import { X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { bearerFetch, createClient, discover } from '../../src/index.js'
import {
  createMockAuthorizationServer,
  createMockCertificate,
  type ListeningMock,
  type MockListenOptions,
} from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fetchOverTls } from '../fixtures/fetch-over-tls.js'

const credentials = { clientId: 'web', clientSecret: 's3cret' }
const redirectUri = 'https://app.test/callback'
const open: ListeningMock[] = []
const listening = async (options: MockListenOptions = { https: true }) => {
  const mock = createMockAuthorizationServer({ clients: [{ ...credentials, redirectUris: [redirectUri] }] })
  const there = await mock.listen(options)
  open.push(there)
  return { mock, there, fetch: fetchOverTls(`${there.certificate}`) }
}

afterEach(async () => {
  for (const there of open.splice(0)) await there.close()
})

describe('listen over https', () => {
  it('serves the whole of it to those who trust its certificate', async () => {
    const { mock, there, fetch } = await listening()
    expect(there.origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    const server = await discover(there.origin, { fetch })
    expect(server).toEqual(there.server)
    expect(server.issuer).toBe(there.origin)
    const client = createClient({ server, ...credentials, fetch })
    const login = await client.authorizationRequest({ redirectUri })
    const token = await client.refresh(await client.exchangeCode(await mock.authorize(login.url), login))
    const api = bearerFetch({ token: async () => token }, { origins: [there.origin], fetch })
    expect((await api(there.resource)).status).toBe(200)
  })

  it('is refused by those who do not', async () => {
    const { mock, there } = await listening()
    const error = await fetch(there.resource).catch((failed: unknown) => failed)
    expect(error).toMatchObject({ cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } })
    const other = await listening()
    const strange = await other.fetch(there.resource).catch((failed: unknown) => failed)
    expect(strange).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
    expect(mock.requests).toEqual([])
  })

  it.each(['https', 'http'])('is the same mock by the name localhost, over %s', async (scheme) => {
    const { mock, there, fetch: trusting } = await listening({ https: scheme === 'https' })
    const fetch = scheme === 'https' ? trusting : globalThis.fetch
    const issuer = there.origin.replace('127.0.0.1', 'localhost')
    const server = await discover(issuer, { fetch })
    expect(server).toMatchObject({ issuer, tokenEndpoint: `${issuer}/token`, jwksUri: `${issuer}/jwks` })
    const token = await createClient({ server, ...credentials, fetch }).clientCredentials()
    const api = bearerFetch({ token: async () => token }, { origins: [there.origin], fetch })
    expect((await api(there.resource)).status).toBe(200)
    expect(mock.requests.map(({ url }) => new URL(url).hostname)).toEqual(['localhost', 'localhost', '127.0.0.1'])
    await there.close()
    open.splice(0)
    await expect(mock.fetch(`${issuer}/token`)).rejects.toThrow('fetch failed')
  })

  it('has a certificate by an authority of its own, or the one that it is given', async () => {
    const { there } = await listening()
    const authority = new X509Certificate(`${there.certificate}`)
    expect(authority.ca).toBe(true)
    expect(authority.verify(authority.publicKey)).toBe(true)
    const own = await createMockCertificate({ names: { ip: ['127.0.0.1'] } })
    const chosen = await listening({ https: own })
    expect(chosen.there.certificate).toBe(own.cert)
    expect((await chosen.fetch(chosen.there.resource)).status).toBe(401)
  })

  it.each([
    ['text', { cert: 'none', key: 'none' }],
    ['a key of another', undefined],
  ])('refuses a certificate that is %s', async (_, given) => {
    const [{ cert }, { key }] = [await createMockCertificate(), await createMockCertificate()]
    const { there } = await listening()
    const mock = createMockAuthorizationServer({ clients: [credentials] })
    const error = await failureOf(mock.listen({ https: given ?? { cert, key } }))
    expect(error).toMatchObject({ code: 'invalid_argument' })
    expect(error).not.toHaveProperty('cause')
    expect(`${inspect(error)}${inspect(there)}`).not.toContain('PRIVATE')
  })
})

describe('a certificate for tests', () => {
  it('says whose it is, in the order of RFC 4514', async () => {
    const names = { dns: ['a.test'], uri: ['https://a.test/b'], ip: ['127.0.0.1'], email: ['a@b.test'] }
    const { cert, thumbprint } = await createMockCertificate({ subject: 'CN=orders,OU=A\\, B,C=DE', names })
    const { subject, subjectAltName, issuer, raw } = new X509Certificate(cert)
    // Node writes them in the order of the certificate, which is the other one.
    expect(subject).toBe('C=DE\nOU=A\\, B\nCN=orders')
    expect(issuer).toBe(subject)
    expect(subjectAltName).toBe('DNS:a.test, URI:https://a.test/b, IP Address:127.0.0.1, email:a@b.test')
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(raw))
    expect(thumbprint).toBe(Buffer.from(digest).toString('base64url'))
  })

  it('is signed by the authority that it is given', async () => {
    const authority = await createMockCertificate({ subject: 'CN=authority', isAuthority: true })
    const { cert } = await createMockCertificate({ subject: 'CN=orders', signedBy: authority })
    const made = new X509Certificate(cert)
    expect(made.issuer).toBe('CN=authority')
    expect(made.ca).toBe(false)
    expect(made.verify(new X509Certificate(authority.cert).publicKey)).toBe(true)
  })

  it('shows no key when it is printed', async () => {
    const made = await createMockCertificate()
    expect(inspect(made, { depth: 9 })).not.toContain('PRIVATE')
    expect(made.key).toContain('BEGIN PRIVATE KEY')
  })

  it('is refused where its subject is no distinguished name', async () => {
    for (const subject of ['', 'orders', 'XYZ=1']) {
      expect((await failureOf(createMockCertificate({ subject }))).code).toBe('invalid_argument')
    }
  })

  it.each([
    ['an address that is none', { names: { ip: ['999.1.1.1'] } }],
    ['a signer without a key', { signedBy: { cert: 'none', key: 'none', thumbprint: '' } }],
  ])('is refused for %s', async (_, options) => {
    expect((await failureOf(createMockCertificate(options))).code).toBe('invalid_argument')
  })

  it('leaves Reflect as it was', async () => {
    await createMockCertificate()
    expect(Object.getOwnPropertyNames(Reflect).filter((name) => /metadata/i.test(name))).toEqual([])
  })
})
