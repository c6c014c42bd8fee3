import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createDPoP } from '../../src/dpop/index.js'
import { bearerFetch, createClient } from '../../src/index.js'
import { type Reached, reach, ways } from './ways.js'
import { basic } from './wire.js'

/** Asks as a client with a key; a nonce is sent if there is one. */
const holderOf = async ({ clock, fetch, mock, resource, server }: Reached) => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  const proofOf = (htm: string, htu: string, more: object) =>
    new SignJWT({ jti: crypto.randomUUID(), htm, htu, iat: Math.floor(clock.now() / 1000), ...more })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .sign(privateKey)
  const { accessToken } = mock.issue({ clientId: 'web', keyThumbprint: await calculateJwkThumbprint(jwk) })
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken))
  const ath = base64url.encode(new Uint8Array(digest))
  const seen = async (answer: Response) => {
    const challenge = answer.headers.get('www-authenticate')?.match(/error="(\w+)"/)?.[1]
    const error = challenge ?? (await answer.json()).error
    return { status: answer.status, error, nonce: answer.headers.get('dpop-nonce') ?? undefined }
  }
  return {
    askToken: async (nonce?: string) =>
      seen(
        await fetch(server.tokenEndpoint, {
          method: 'POST',
          headers: { ...basic('web', 's3cret'), dpop: await proofOf('POST', server.tokenEndpoint, { nonce }) },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        }),
      ),
    askResource: async (nonce?: string) =>
      seen(
        await fetch(resource, {
          headers: { authorization: `DPoP ${accessToken}`, dpop: await proofOf('GET', resource, { nonce, ath }) },
        }),
      ),
  }
}

describe.each(ways)('%s, a nonce', (way) => {
  it.each([
    ['token', 'askToken', 400],
    ['resource', 'askResource', 401],
  ] as const)('is demanded at the %s endpoint, until it was sent once', async (endpoint, ask, status) => {
    const here = await reach(way)
    const holder = await holderOf(here)
    expect(await holder[ask]()).toEqual({ status: 200, error: undefined, nonce: undefined })
    here.mock.fault(`${endpoint}=nonce_demanded`)
    const demanded = await holder[ask]()
    expect(demanded).toEqual({ status, error: 'use_dpop_nonce', nonce: expect.any(String) })
    // Whoever does not listen is told again, and a nonce that was made up is none.
    expect(await holder[ask]()).toEqual(demanded)
    expect(await holder[ask](`${demanded.nonce}1`)).toEqual(demanded)
    expect(await holder[ask](demanded.nonce)).toMatchObject({ status: 200 })
    expect(await holder[ask](demanded.nonce)).toMatchObject({ status: 200 })
    expect(await holder[ask]()).toMatchObject({ status: 200 })
  })

  it('is another one each time', async () => {
    const here = await reach(way)
    const { askToken } = await holderOf(here)
    here.mock.fault('token=nonce_demandedx3')
    const nonces = new Set<string | undefined>()
    let last: string | undefined
    for (let time = 0; time < 3; time++) {
      const { error, nonce } = await askToken(last)
      expect(error).toBe('use_dpop_nonce')
      nonces.add(nonce)
      last = nonce
    }
    expect(nonces.size).toBe(3)
    expect(await askToken(last)).toMatchObject({ status: 200 })
  })

  it('is not demanded of who shows no proof', async () => {
    const here = await reach(way)
    here.mock.fault('token=nonce_demanded')
    const body = new URLSearchParams({ grant_type: 'client_credentials' })
    const init = { method: 'POST', headers: basic('web', 's3cret'), body }
    expect((await here.fetch(here.server.tokenEndpoint, init)).status).toBe(200)
  })

  it('is sent by our own client, once for each that is demanded', async () => {
    const { mock, clock, server, fetch, resource } = await reach(way)
    const dpop = createDPoP({ clock })
    const client = createClient({ server, clientId: 'web', clientSecret: 's3cret', fetch, clock, dpop })
    mock.fault('token=nonce_demanded resource=nonce_demanded')
    const source = client.clientCredentialsSource({ scope: 'read' })
    const api = bearerFetch(source, { origins: [new URL(resource).origin], fetch })
    expect((await api(resource)).status).toBe(200)
    expect(mock.requests.map(({ endpoint, status }) => [endpoint, status])).toEqual([
      ['token', 400],
      ['token', 200],
      ['resource', 401],
      ['resource', 200],
    ])
  })

  it('is that of another moment, where the clock of the server is wrong', async () => {
    const here = await reach(way)
    const { askToken } = await holderOf(here)
    here.mock.fault('token=clock_skew:-61s,clock_skew:60s')
    expect(await askToken()).toMatchObject({ status: 400, error: 'invalid_dpop_proof' })
    expect(await askToken()).toMatchObject({ status: 200 })
  })
})
