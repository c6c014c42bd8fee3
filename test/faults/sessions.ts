import type { DPoP } from '../../src/dpop/index.js'
import { memoryStore, type SessionToken, type Token } from '../../src/index.js'
import { idTokenValidator } from '../../src/jwt/index.js'
import { type Column, threeTriesMs } from './columns.js'
import { dueMs, opened, renewed } from './grants.js'
import { login } from './users.js'
import { createWorld, type World } from './world.js'

interface Kind {
  readonly hasToken: boolean
  readonly isShared?: boolean
  readonly isBound?: boolean
  readonly isForgiving?: boolean
  readonly validates?: boolean
}

const worldOf = ({ isForgiving }: Kind): World => createWorld(isForgiving ? { refreshTokenGracePeriod: 86_400 } : {})

const session = (name: string, kind: Kind): Column => ({
  name,
  endpoint: 'token',
  grantType: 'refresh_token',
  has: [
    'refresh token',
    ...(kind.validates ? (['ID token'] as const) : []),
    ...(kind.isBound ? (['proof'] as const) : []),
  ],
  withinMs: threeTriesMs,
  isSession: true,
  ...(kind.isForgiving && { isForgiving: true }),
  begin: async () => {
    const world = worldOf(kind)
    const dpop: DPoP | undefined = kind.isBound ? world.dpop() : undefined
    const { server } = world.mock
    const client = world.client({
      ...(dpop && { dpop }),
      ...(kind.validates && { idToken: idTokenValidator() }),
      ...(kind.isForgiving && { server: { ...server, refreshTokenReuse: 'grace' } }),
    })
    const token: Token = await world.done(login(world, client, kind.validates ? 'openid' : 'read'))
    const seed = token as SessionToken
    const kept = kind.isShared
      ? client.sessionSource({ store: memoryStore(), key: 'user', token: seed })
      : client.sessionSource({ token: seed })
    const held = await world.done(kept.token())
    await world.pass(kind.hasToken ? dueMs : 2 * dueMs)
    const afterwards = () => opened(world, kept)
    const attempt = kind.hasToken ? () => renewed(world, kept, held) : afterwards
    return { world, attempt, afterwards, shown: [kept] }
  },
})

/** Sessions of users, which live from refresh tokens that work once. */
export const sessions: readonly Column[] = [
  session('token in hand', { hasToken: true }),
  session('no token left', { hasToken: false }),
  session('shared, token in hand', { hasToken: true, isShared: true }),
  session('shared, no token left', { hasToken: false, isShared: true }),
  session('ID token validated, no token left', { hasToken: false, validates: true }),
  session('DPoP, no token left', { hasToken: false, isBound: true }),
  session('forgiving server, no token left', { hasToken: false, isForgiving: true }),
]
