import type { DPoP } from '../../src/dpop/index.js'
import { type Client, type ClientOptions, memoryStore, type Token, type TokenSource } from '../../src/index.js'
import { privateKeyJwt } from '../../src/jwt/index.js'
import { type Column, type GoodEnd, threeTriesMs } from './columns.js'
import { createWorld, extensionGrantType, signingKey, type World } from './world.js'

/** Whether what a source gives is what it should be: the resource takes it. */
export const opened = async (world: World, source: TokenSource): Promise<GoodEnd> =>
  (await world.opens(source)) ? 'good' : 'dead'

/** A token is what it should be. */
export const taken = (world: World, token: Token, dpop?: DPoP): Promise<GoodEnd> =>
  opened(world, { token: async () => token, ...(dpop && { prove: dpop.prove }) })

const asked = (
  name: string,
  ask: (client: Client, world: World) => Promise<Token>,
  options: (world: World, dpop: DPoP | undefined) => Partial<ClientOptions> = () => ({}),
  isBound = false,
): Column => ({
  name,
  endpoint: 'token',
  ...(isBound && { has: ['proof'] as const }),
  withinMs: threeTriesMs,
  begin: async () => {
    const world = createWorld()
    const dpop = isBound ? world.dpop() : undefined
    const client = world.client({ ...options(world, dpop), ...(dpop && { dpop }) })
    const attempt = async () => taken(world, await ask(client, world), dpop)
    return { world, attempt, afterwards: attempt }
  },
})

/** Fifty seconds before its token expires, a source renews it and serves it still: three tries take less. */
export const dueMs = 3_550_000

/** What a source gives once the renewal that it began is over. */
export const renewed = async (world: World, source: TokenSource, held: Token): Promise<GoodEnd> => {
  const atOnce = await source.token()
  if (atOnce.accessToken !== held.accessToken) throw new Error('the token in hand was not served')
  await world.calm()
  const next = await source.token()
  return next.accessToken === held.accessToken ? 'stale' : opened(world, source)
}

const source = (name: string, hasToken: boolean, isShared = false): Column => ({
  name,
  endpoint: 'token',
  withinMs: threeTriesMs,
  begin: async () => {
    const world = createWorld()
    const tokens = world.client().clientCredentialsSource({ scope: 'read', ...(isShared && { store: memoryStore() }) })
    const shown = [tokens]
    const afterwards = () => opened(world, tokens)
    if (!hasToken) return { world, attempt: afterwards, afterwards, shown }
    const held = await world.done(tokens.token())
    await world.pass(dueMs)
    return { world, attempt: () => renewed(world, tokens, held), afterwards, shown }
  },
})

const subject = ({ mock }: World) => mock.issue({ clientId: 'web', subject: 'user' }).accessToken

/** The grants that a program makes by itself, with nothing that works once but an assertion. */
export const grants: readonly Column[] = [
  asked('by hand', (client) => client.clientCredentials({ scope: 'read' })),
  source('source, no token yet', false),
  source('source, token in hand', true),
  source('shared source, no token yet', false, true),
  asked(
    '`private_key_jwt`',
    (client) => client.clientCredentials({ scope: 'read' }),
    () => ({ clientId: 'signer', clientAuthentication: privateKeyJwt({ key: signingKey }) }),
  ),
  asked('DPoP', (client) => client.clientCredentials({ scope: 'read' }), undefined, true),
  asked('token exchange', (client, world) =>
    client.tokenExchange({ subjectToken: subject(world), subjectTokenType: 'access_token' }),
  ),
  asked('JWT bearer', (client, world) => client.jwtBearer({ assertion: world.assertion, scope: 'read' })),
  asked('extension grant', (client) => client.extensionGrant(extensionGrantType, { voucher: 'v' }, { scope: 'read' })),
]
