import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Client, createClient, discover } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { assertionGrant } from './assertion-grant.ts'
import { statusWith } from './log-in.ts'
import { type RunningProvider, startProvider } from './provider.ts'

const robot = { clientId: 'robot', clientSecret: 'the-secret-of-the-robot' }

describe('assertions at a certified server', () => {
  let provider: RunningProvider
  let client: Client
  let sign: (changed?: { readonly audience?: string; readonly subject?: string }) => Promise<string>
  let made = 0
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    provider = await startProvider({
      assertionKey: publicKey,
      accessTokenLifetime: 60,
      moreClients: [
        {
          client_id: robot.clientId,
          client_secret: robot.clientSecret,
          grant_types: [assertionGrant],
          redirect_uris: [],
          response_types: [],
        },
      ],
    })
    client = createClient({ ...robot, server: await discover(provider.issuer) })
    sign = ({ audience = provider.issuer, subject = 'ada' } = {}) => {
      made += 1
      return new SignJWT({ jti: `${made}` })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer('https://idp.test')
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey)
    }
  })
  afterAll(() => provider.close())

  it('get a token of the user that they name (RFC 7523 §2.1)', async () => {
    const token = await client.jwtBearer({ assertion: await sign({ subject: 'bob' }), scope: 'read write' })
    expect(token.scope).toBe('read write')
    expect(await statusWith(provider.resource, token)).toBe(200)
    expect(await client.introspect(token)).toMatchObject({ active: true, clientId: 'robot', subject: 'bob' })
  })

  it('are told invalid_grant when they come twice, are for somebody else, or are none', async () => {
    const assertion = await sign()
    await client.jwtBearer({ assertion })
    for (const bad of [assertion, await sign({ audience: 'https://other.test' }), 'a.b.c']) {
      expect(await failureOf(client.jwtBearer({ assertion: bad }))).toMatchObject({
        error: 'invalid_grant',
        status: 400,
      })
    }
  })

  it('keep a source fresh, with a new one for each token', async () => {
    const before = made
    const source = client.jwtBearerSource({ assertion: () => sign() })
    const first = await source.token()
    expect((await source.token()).accessToken).toBe(first.accessToken)
    const second = await source.token({ rejected: first })
    expect(second.accessToken).not.toBe(first.accessToken)
    expect(await statusWith(provider.resource, second)).toBe(200)
    expect(made - before).toBe(2)
  })

  it('are one grant of many: one that the server does not know is told (RFC 6749 §4.5)', async () => {
    const failure = await failureOf(client.extensionGrant('urn:example:other', { assertion: await sign() }))
    expect(failure).toMatchObject({ code: 'error_response', error: 'unsupported_grant_type' })
  })
})
