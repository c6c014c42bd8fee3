import {
  bearerFetch,
  discover,
  discoverResource,
  type Introspection,
  OAuthError,
  registerClient,
} from '../../src/index.js'
import { type Column, type GoodEnd, threeTriesMs } from './columns.js'
import { taken } from './grants.js'
import { keys, login } from './users.js'
import { createWorld, redirectUri, type World } from './world.js'

const at = (
  name: string,
  endpoint: Column['endpoint'],
  begin: (world: World) => Promise<() => Promise<GoodEnd>>,
  withinMs = threeTriesMs,
): Column => ({
  name,
  endpoint,
  withinMs,
  begin: async () => {
    const world = createWorld()
    const attempt = await begin(world)
    return { world, attempt, afterwards: attempt }
  },
})

const rightOr = (isRight: boolean, what: string): GoodEnd => {
  if (isRight) return 'good'
  throw new Error(what)
}

const pushed = at('pushed request', 'pushed_authorization_request', async (world) => {
  const client = world.client()
  return async () => {
    const request = await client.authorizationRequest({ redirectUri, scope: 'read', pushed: true })
    const callback = await world.mock.authorize(request.url)
    return rightOr(callback.startsWith(`${redirectUri}?code=`), 'the pushed request leads to no code')
  }
})

const deviceAuthorization = at(
  'device authorization',
  'device_authorization',
  async (world) => {
    const client = world.client()
    return async () => {
      const authorization = await client.deviceAuthorization({ scope: 'read' })
      world.mock.approveDevice(authorization.userCode)
      return taken(world, await authorization.token())
    }
  },
  threeTriesMs + 60_000,
)

const revocation = at('revocation', 'revocation', async (world) => {
  const client = world.client()
  return async () => {
    const token = world.mock.issue({ clientId: 'web' })
    await client.revoke(token)
    // RFC 7009 §2.2: it is the status that tells, whatever the body.
    return (await world.opens({ token: async () => token })) ? 'believed' : 'good'
  }
})

/** Whatever becomes of the request, here the session is over. */
const ended = at('end of a session', 'revocation', async (world) => {
  const client = world.client()
  return async () => {
    const token = await login(world, client)
    const session = client.sessionSource({ token })
    const end = session.end()
    const failure = await session.token().catch((error: unknown) => error)
    if (!(failure instanceof OAuthError && failure.code === 'session_ended')) throw new Error('the session lives on')
    await end
    return (await world.opens({ token: async () => token })) ? 'believed' : 'good'
  }
})

const introspection = at('introspection', 'introspection', async (world) => {
  const client = world.client()
  return async () => {
    const token = world.mock.issue({ clientId: 'web', subject: 'ada' })
    const { active, subject }: Introspection = await client.introspect(token)
    return rightOr(active && subject === 'ada', 'the token is not told of as it is')
  }
})

const userinfo = (name: string, isBound = false): Column => ({
  ...at(name, 'userinfo', async (world) => {
    const client = world.client(isBound ? { dpop: world.dpop() } : {})
    return async () => {
      const token = await login(world, client, 'openid')
      const { subject } = await client.userinfo(token, { subject: 'user' })
      return rightOr(subject === 'user', 'the user is not told of as they are')
    }
  }),
  ...(isBound && { has: ['proof'] as const }),
})

const registration = at('registration', 'registration', async (world) => {
  const { server } = world.mock
  return async () => {
    const metadata = { redirectUris: [redirectUri], clientName: 'App' }
    const made = await registerClient(server, metadata, { fetch: world.fetch, clock: world.clock })
    const { clientId, clientSecret } = made
    const client = world.client({ clientId, ...(clientSecret !== undefined && { clientSecret }) })
    return taken(world, await login(world, client))
  }
})

/** Three places, each with three tries. */
const placesMs = 3 * threeTriesMs

const discovery = at(
  'discovery',
  'discovery',
  async (world) => {
    const { issuer, tokenEndpoint } = world.mock.server
    return async () => {
      const found = await discover(`${issuer}`, { fetch: world.fetch, clock: world.clock })
      return rightOr(found.tokenEndpoint === tokenEndpoint, 'the server is not what was found')
    }
  },
  placesMs,
)

const resourceMetadata = at(
  'resource metadata',
  'resource_metadata',
  async (world) => {
    const { server, resource } = world.mock
    return async () => {
      const found = await discoverResource(resource, { fetch: world.fetch, clock: world.clock })
      return rightOr(found.authorizationServers[0] === server.issuer, 'the resource is not what was found')
    }
  },
  placesMs,
)

/** What a program asks beside tokens. */
export const endpoints: readonly Column[] = [
  pushed,
  deviceAuthorization,
  introspection,
  revocation,
  ended,
  registration,
  userinfo('userinfo'),
  userinfo('userinfo, DPoP', true),
]

export const documents: readonly Column[] = [discovery, resourceMetadata, keys]

/** How long the caller waits: fetch has no deadline of its own. */
const patienceMs = 60_000

interface Call {
  readonly method?: string
  readonly isBound?: boolean
  readonly isSession?: boolean
}

const called = (name: string, { method = 'GET', isBound = false, isSession = false }: Call): Column => ({
  name,
  endpoint: 'resource',
  withinMs: patienceMs + 1000,
  isPlainFetch: true,
  ...(isBound && { has: ['proof'] as const }),
  ...(isSession && { isSession }),
  begin: async () => {
    const world = createWorld()
    const { clock } = world
    const client = world.client(isBound ? { dpop: world.dpop() } : {})
    const source = isSession
      ? client.sessionSource({ token: await world.done(login(world, client)) })
      : client.clientCredentialsSource({ scope: 'read' })
    await world.done(source.token())
    const api = bearerFetch(source, { origins: [new URL(world.mock.resource).origin], fetch: world.fetch })
    const attempt = async (): Promise<GoodEnd> => {
      const patience = new AbortController()
      const answered = new AbortController()
      clock.sleep(patienceMs, answered.signal).then(
        () => patience.abort(),
        () => {},
      )
      try {
        const answer = await api(world.mock.resource, {
          method,
          signal: patience.signal,
          ...(method === 'POST' && { body: 'a=b' }),
        })
        await answer.text()
        return answer.ok ? 'good' : `answer ${answer.status}`
      } finally {
        answered.abort()
      }
    }
    return { world, attempt, afterwards: attempt, shown: [api, source] }
  },
})

export const calls: readonly Column[] = [
  called('GET', {}),
  called('POST', { method: 'POST' }),
  called('GET with a session', { isSession: true }),
  called('GET with DPoP', { isBound: true }),
]
