import type { DPoP } from '../../src/dpop/index.js'
import type { AuthorizationRequest, Client, Token } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { type Column, threeTriesMs } from './columns.js'
import { taken } from './grants.js'
import { createWorld, redirectUri, type World } from './world.js'

interface Pending {
  readonly callback: string
  readonly request: AuthorizationRequest
}

/** The user has approved, and the code is on its way. */
const approved = async (world: World, client: Client, scope = 'read'): Promise<Pending> => {
  const request = await client.authorizationRequest({ redirectUri, scope })
  const callback = await world.mock.authorize(request.url)
  world.heard.learn(callback)
  world.heard.secrets.add(`${request.codeVerifier}`)
  return { callback, request }
}

export const login = async (world: World, client: Client, scope?: string): Promise<Token> => {
  const { callback, request } = await approved(world, client, scope)
  return client.exchangeCode(callback, request)
}

interface Kind {
  readonly validates?: boolean
  readonly isBound?: boolean
}

const code = (
  name: string,
  { validates = false, isBound = false }: Kind = {},
  endpoint: Column['endpoint'] = 'token',
): Column => ({
  name,
  endpoint,
  has: ['refresh token', ...(validates ? (['ID token'] as const) : []), ...(isBound ? (['proof'] as const) : [])],
  withinMs: threeTriesMs,
  begin: async () => {
    const world = createWorld()
    const dpop = isBound ? world.dpop() : undefined
    const scope = validates ? 'openid' : 'read'
    const client = world.client({ ...(validates && { idToken: idTokenValidator() }), ...(dpop && { dpop }) })
    const pending = await world.done(approved(world, client, scope))
    const afterwards = async () => taken(world, await login(world, client, scope), dpop)
    const attempt = async () => taken(world, await client.exchangeCode(pending.callback, pending.request), dpop)
    return { world, attempt, afterwards }
  },
})

const refreshed = (name: string, isBound = false): Column => ({
  name,
  endpoint: 'token',
  grantType: 'refresh_token',
  has: isBound ? ['refresh token', 'proof'] : ['refresh token'],
  withinMs: threeTriesMs,
  begin: async () => {
    const world = createWorld()
    const dpop: DPoP | undefined = isBound ? world.dpop() : undefined
    const client = world.client(dpop && { dpop })
    const token = await world.done(login(world, client))
    const attempt = async () => taken(world, await client.refresh(token), dpop)
    const afterwards = async () => taken(world, await client.refresh(await login(world, client)), dpop)
    return { world, attempt, afterwards }
  },
})

/** A device asks until its codes expire. */
const deviceMs = 600_000 + 10_000

const device: Column = {
  name: 'device code',
  endpoint: 'token',
  has: ['device', 'refresh token'],
  withinMs: deviceMs,
  begin: async () => {
    const world = createWorld()
    const client = world.client()
    const begun = async () => {
      const authorization = await client.deviceAuthorization({ scope: 'read' })
      world.mock.approveDevice(authorization.userCode)
      return authorization
    }
    const authorization = await world.done(begun())
    const attempt = async () => taken(world, await authorization.token())
    const afterwards = async () => taken(world, await (await begun()).token())
    return { world, attempt, afterwards, shown: [authorization] }
  },
}

/** The grants that a user takes part in. What they send works once. */
export const users: readonly Column[] = [
  code('code'),
  code('code, ID token', { validates: true }),
  code('code, DPoP', { isBound: true }),
  refreshed('refresh by hand'),
  refreshed('refresh, DPoP', true),
  device,
]

const callback: Column = {
  name: 'a login',
  endpoint: 'authorize',
  withinMs: threeTriesMs,
  begin: async () => {
    const world = createWorld()
    const client = world.client()
    const attempt = async () => taken(world, await login(world, client))
    return { world, attempt, afterwards: attempt }
  },
}

/** What the user's browser brings back. */
export const logins: readonly Column[] = [callback]

export const keys: Column = code('keys for an ID token', { validates: true }, 'jwks')
