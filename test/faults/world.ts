import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { createDPoP, type DPoP } from '../../src/dpop/index.js'
import {
  bearerFetch,
  type Client,
  type ClientOptions,
  createClient,
  type TokenEvent,
  type TokenSource,
} from '../../src/index.js'
import {
  createMockAuthorizationServer,
  type MockAuthorizationServer,
  type MockAuthorizationServerOptions,
} from '../../src/testing/index.js'
import { type FakeClock, fakeClock } from '../fixtures/fake-clock.js'
import { type Heard, listening } from './heard.js'
import { pass, settled } from './settling.js'

export const redirectUri = 'https://app.test/callback'
export const extensionGrantType = 'urn:example:faults:voucher'
const assertionIssuer = 'https://partner.test'
const clientSecret = 'kept-in-the-vault-and-nowhere-else'

/** One for all worlds: what is tried is not how keys are made. */
const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
const publicJwk = await exportJWK(publicKey)
/** Of the client that authenticates with it, and of the issuer of assertions. */
export const signingKey: JWK = { ...(await exportJWK(privateKey)), kid: 'one' }
const keys = [{ ...publicJwk, kid: 'one' }]

/** A server, what was heard from it, and the clients that speak with it, on one clock. */
export interface World {
  readonly clock: FakeClock
  readonly mock: MockAuthorizationServer
  readonly heard: Heard
  readonly fetch: typeof globalThis.fetch
  readonly events: readonly TokenEvent[]
  /** The clients and the keys that were made, which a program may print. */
  readonly made: readonly unknown[]
  client(options?: Partial<ClientOptions>): Client
  dpop(): DPoP
  /** A JWT of an issuer whom the server believes, made for one request (RFC 7523 §3). */
  assertion(): Promise<string>
  /** Waits for `work`, which nothing disturbs. */
  done<T>(work: Promise<T>): Promise<T>
  pass(ms: number): Promise<void>
  /** Whether the resource takes what the source gives: of an old one, once it was told so. */
  opens(source: TokenSource): Promise<boolean>
  /** No renewal is under way. */
  calm(): Promise<void>
}

/** Every event of every world, in which each cell looks for secrets. */
export const told = new Set<unknown>()

export const createWorld = (options: Partial<MockAuthorizationServerOptions> = {}): World => {
  const clock = fakeClock()
  const mock = createMockAuthorizationServer({
    clients: [
      { clientId: 'web', clientSecret, redirectUris: [redirectUri] },
      { clientId: 'signer', jwks: { keys }, tokenEndpointAuthMethod: 'private_key_jwt' },
    ],
    clock,
    assertionIssuers: { [assertionIssuer]: { keys } },
    extensionGrants: { [extensionGrantType]: () => ({ subject: 'user' }) },
    ...options,
  })
  const { fetch, heard } = listening(mock.fetch, mock.requests)
  heard.secrets.add(clientSecret)
  heard.secrets.add(`${signingKey.d}`)
  const events: TokenEvent[] = []
  const onEvent = (event: TokenEvent) => {
    events.push(event)
    told.add(event)
  }
  const made: unknown[] = []
  const noted = <T>(one: T): T => {
    made.push(one)
    return one
  }
  const { server } = mock
  return {
    clock,
    mock,
    heard,
    fetch,
    events,
    made,
    client: (more) =>
      noted(
        createClient({
          ...{ server, clientId: 'web', fetch, clock, onEvent },
          ...(more?.clientAuthentication === undefined && { clientSecret }),
          ...more,
        }),
      ),
    dpop: () => noted(createDPoP({ clock })),
    assertion: () =>
      new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(assertionIssuer)
        .setSubject('user')
        .setAudience(`${server.issuer}`)
        .setIssuedAt(clock.now() / 1000)
        .setExpirationTime(clock.now() / 1000 + 60)
        .sign(privateKey),
    done: (work) => settled(clock, work, 3_600_000),
    pass: (ms) => pass(clock, ms),
    opens: async (source) => {
      const api = bearerFetch(source, { origins: [new URL(mock.resource).origin], fetch })
      const answer = await api(mock.resource)
      await answer.text()
      return answer.ok
    },
    calm: async () => {
      for (;;) {
        const begun = events.filter(({ type }) => type === 'requested').length
        const over = events.filter(({ type }) => ['renewed', 'adopted', 'renewal_failed'].includes(type)).length
        if (begun <= over) return
        await clock.sleep(500)
      }
    },
  }
}
