// What the API checks of a token that is bound to a key, and of the proof beside it.
import { createDPoP } from 'bearward/dpop'
import { createManualClock, createMockAuthorizationServer } from 'bearward/testing'
import { createRemoteJWKSet, customFetch } from 'jose'
import { beforeEach, expect, it } from 'vitest'
import { boundTokenVerifier } from '../server/bound-token.ts'

const url = 'https://api.example.com/notes'
const clock = createManualClock()
const dpop = createDPoP({ clock })
const mock = createMockAuthorizationServer({
  clients: [{ clientId: 'notes' }],
  clock,
  accessTokenFormat: 'jwt',
  accessTokenLifetime: 600,
})
const { issuer = '', jwksUri = '' } = mock.server
const keys = createRemoteJWKSet(new URL(jwksUri), { [customFetch]: mock.fetch })

let callerOf: ReturnType<typeof boundTokenVerifier>
let accessToken: string

const tokenOf = async (key = dpop) =>
  mock.issue({ clientId: 'notes', subject: 'ann', scope: 'notes', keyThumbprint: await key.thumbprint() }).accessToken

beforeEach(async () => {
  callerOf = boundTokenVerifier({ issuer, audience: mock.resource, keys, now: () => clock.now() })
  accessToken = await tokenOf()
})

const proofFor = async (method = 'GET', place = url, token = accessToken, key = dpop): Promise<string> =>
  (await key.prove({ method, url: place, token: { accessToken: token } })).header

/** Who asks for the notes, as the API sees it. */
const callerWith = async (proof: string, authorization = `DPoP ${accessToken}`) =>
  (await callerOf(new Request(`${url}?all`, { headers: { authorization, dpop: proof } })))?.user

it('knows whose a token is that is proven', async () => {
  expect(await callerWith(await proofFor())).toBe('ann')
})

it.each([
  ['another method', () => proofFor('POST')],
  ['another path', () => proofFor('GET', `${url}/1`)],
  ['another host', () => proofFor('GET', 'https://elsewhere.example.com/notes')],
  ['another token', async () => proofFor('GET', url, await tokenOf())],
  ['another key', () => proofFor('GET', url, accessToken, createDPoP({ clock }))],
  ['nothing that can be read', async () => 'made.up.proof'],
])('knows nobody by a proof for %s', async (_, proof) => {
  expect(await callerWith(await proof())).toBeUndefined()
})

it('knows nobody by a bound token that comes as a bearer token, or by one that is bound to nothing', async () => {
  expect(await callerWith(await proofFor(), `Bearer ${accessToken}`)).toBeUndefined()
  const { accessToken: unbound } = mock.issue({ clientId: 'notes', subject: 'ann' })
  expect(await callerWith(await proofFor('GET', url, unbound), `DPoP ${unbound}`)).toBeUndefined()
})

it('knows nobody by a token that has expired', async () => {
  await clock.advance(601_000)
  expect(await callerWith(await proofFor())).toBeUndefined()
})

it('takes a proof once, and for as long as it is good', async () => {
  // The clock of the page is ahead by as much as it may be.
  clock.jump(30_000)
  const proof = await proofFor()
  clock.jump(-30_000)

  const taken: (string | undefined)[] = []
  for (let seconds = 0; seconds <= 130; seconds++) {
    taken.push(await callerWith(proof))
    await clock.advance(1000)
  }
  expect(taken.filter(Boolean)).toEqual(['ann'])

  const late = await proofFor()
  await clock.advance(91_000)
  expect(await callerWith(late)).toBeUndefined()
})
