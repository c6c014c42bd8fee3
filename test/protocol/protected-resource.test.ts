import { describe, expect, it } from 'vitest'
import { bearerChallenge, discoverResource } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, type ScriptedServer, scriptedServer } from '../fixtures/scripted-server.js'

const resource = 'https://mcp.test/server/mcp'
const document = {
  resource,
  authorization_servers: ['https://as.test', 'https://other.test'],
  scopes_supported: ['files'],
}
const inserted = 'https://mcp.test/.well-known/oauth-protected-resource/server/mcp'
const root = 'https://mcp.test/.well-known/oauth-protected-resource'
const nothing = () => new Response('no', { status: 404 })

const refusal = (challenge: string) => new Response(null, { status: 401, headers: { 'www-authenticate': challenge } })
const pointing = (url: string) => refusal(`Bearer error="invalid_token", resource_metadata="${url}"`)

const discoverFrom = (asked: string, response: Response | undefined, ...script: Parameters<typeof scriptedServer>) => {
  const wire = scriptedServer(...script)
  return { wire, found: discoverResource(asked, { fetch: wire.fetch, ...(response && { response }) }) }
}
const urlsOf = ({ sent }: ScriptedServer) => sent.map(({ url }) => url)

describe('the metadata of a protected resource', () => {
  it('are read under camelCase names, and what is not known is kept', async () => {
    const more = { resource_name: 'Files', dpop_bound_access_tokens_required: true, vendor_thing: 1, jwks_uri: null }
    const { wire, found } = discoverFrom(resource, undefined, json({ ...document, ...more }))
    expect(await found).toStrictEqual({
      resource,
      authorizationServers: ['https://as.test', 'https://other.test'],
      scopesSupported: ['files'],
      resourceName: 'Files',
      dpopBoundAccessTokensRequired: true,
      vendorThing: 1,
    })
    expect(wire.only()).toMatchObject({ method: 'GET', url: inserted })
    expect(wire.only().headers.has('authorization')).toBe(false)
  })

  it.each([
    ['https://mcp.test', root],
    ['https://mcp.test/', root],
    ['https://mcp.test/a/', `${root}/a/`],
    ['https://mcp.test/a?b=c', `${root}/a?b=c`],
    ['https://mcp.test:8443/a', 'https://mcp.test:8443/.well-known/oauth-protected-resource/a'],
    ['http://127.0.0.1:99/a', 'http://127.0.0.1:99/.well-known/oauth-protected-resource/a'],
  ])('of %s are at %s (RFC 9728 §3.1)', async (asked, where) => {
    const { wire, found } = discoverFrom(asked, undefined, json({ resource: asked }))
    expect(await found).toEqual({ resource: asked, authorizationServers: [] })
    expect(urlsOf(wire)).toEqual([where])
  })

  it('are looked for at the root where the path has none, as the Model Context Protocol has it', async () => {
    const { wire, found } = discoverFrom(
      resource,
      undefined,
      nothing(),
      json({ ...document, resource: 'https://mcp.test' }),
    )
    expect((await found).resource).toBe('https://mcp.test')
    expect(urlsOf(wire)).toEqual([inserted, root])
  })

  it('are read where the challenge of a 401 says, and nowhere else (RFC 9728 §5.1)', async () => {
    const where = 'https://meta.test/of/mcp'
    const { wire, found } = discoverFrom(resource, pointing(where), json(document))
    expect((await found).authorizationServers[0]).toBe('https://as.test')
    expect(urlsOf(wire)).toEqual([where])
    const missing = discoverFrom(resource, pointing(where), nothing())
    expect(await failureOf(missing.found)).toMatchObject({ code: 'invalid_response', status: 404 })
    expect(urlsOf(missing.wire)).toEqual([where])
  })

  it('are found through a challenge of any scheme, and through none', async () => {
    const where = 'https://meta.test/of/mcp'
    const dpop = refusal(`Basic realm="a", DPoP algs="ES256", resource_metadata="${where}"`)
    expect(urlsOf(await settled(discoverFrom(resource, dpop, json(document))))).toEqual([where])
    for (const silent of [refusal('Bearer realm="a"'), new Response(null, { status: 401 })]) {
      expect(urlsOf(await settled(discoverFrom(resource, silent, json(document))))).toEqual([inserted])
    }
  })

  const settled = async ({ wire, found }: ReturnType<typeof discoverFrom>) => {
    await found
    return wire
  }

  it.each([
    'https://evil.test/server/mcp',
    'https://mcp.test:8443/server/mcp',
    'http://mcp.test/server/mcp',
    'https://mcp.test/server/mcp/deeper',
    'https://mcp.test/server/mc',
    'https://mcp.test/other',
    'https://mcp.test/server?a=b',
    'https://mcp.test/server#a',
    'https://who@mcp.test/server',
    'https://:password@mcp.test/server',
    'https://mcp.test/server#',
    'https://mcp.test/server?',
    'https://mcp.test.evil.test/',
    'urn:mcp',
    '/server/mcp',
  ])('of another resource, %s, are refused wherever they come from (RFC 9728 §3.3)', async (named) => {
    const wrong = () => json({ ...document, resource: named })
    for (const response of [undefined, pointing('https://mcp.test/meta')]) {
      const { found } = discoverFrom(resource, response, wrong(), wrong())
      expect((await failureOf(found)).code).toBe('resource_mismatch')
    }
  })

  it('of a wider resource on the same origin are taken from a challenge, but not from the place of a narrower one', async () => {
    for (const wider of [
      'https://mcp.test',
      'https://mcp.test/',
      'https://mcp.test/server',
      'https://mcp.test/server/',
    ]) {
      const document = () => json({ resource: wider })
      expect(await discoverFrom(resource, pointing(inserted), document()).found).toMatchObject({ resource: wider })
      const { found } = discoverFrom(resource, undefined, document(), nothing())
      expect((await failureOf(found)).code).toBe('resource_mismatch')
    }
  })

  it.each([
    'http://meta.test/x',
    'http://127.0.0.1:8080/admin',
    'http://localhost/x',
    'file:///etc/passwd',
    'meta',
    'https://user@meta.test/x',
  ])('are not read from %j, whatever a challenge says', async (where) => {
    const { wire, found } = discoverFrom(resource, pointing(where))
    expect((await failureOf(found)).code).toBe('insecure_url')
    expect(wire.sent).toHaveLength(0)
  })

  it.each(['http://as.test', 'http://127.0.0.1:8080', 'as.test'])(
    'that name %j as a server are refused: a resource must not have us ask our own machine',
    async (server) => {
      const { found } = discoverFrom(resource, undefined, json({ ...document, authorization_servers: [server] }))
      expect((await failureOf(found)).code).toBe('insecure_url')
    },
  )

  it('on loopback may name servers on loopback', async () => {
    const local = { resource: 'http://127.0.0.1:99/mcp', authorization_servers: ['http://127.0.0.1:98'] }
    const { found } = discoverFrom(local.resource, pointing('http://127.0.0.1:99/meta'), json(local))
    expect((await found).authorizationServers).toEqual(['http://127.0.0.1:98'])
  })

  it.each([
    ['no resource', { authorization_servers: ['https://as.test'] }],
    ['servers that are no list', { resource, authorization_servers: 'https://as.test' }],
    ['scopes that are no texts', { resource, scopes_supported: [1] }],
    ['an array', []],
  ])('are refused with %s', async (_, odd) => {
    const { found } = discoverFrom(resource, undefined, json(odd), nothing())
    expect(await failureOf(found)).toMatchObject({ code: 'invalid_response', status: 200 })
  })

  it.each([{ authorizationServers: 5 }, { authorizationServers: ['http://10.0.0.1'] }, { scopesSupported: 'x' }])(
    'take no field under the name that it has here for the one at the wire: %o',
    async (odd) => {
      const { found } = discoverFrom(resource, undefined, json({ resource, ...odd }))
      expect(await found).toEqual({ resource, authorizationServers: [] })
    },
  )

  it('are not looked for with an answer that is none', async () => {
    for (const response of [{}, 5, { headers: { 'www-authenticate': 'Bearer' } }]) {
      const asked = Reflect.apply(discoverResource, undefined, [resource, { response, fetch: scriptedServer().fetch }])
      expect((await failureOf(asked)).code).toBe('invalid_argument')
    }
    expect((await failureOf(Reflect.apply(discoverResource, undefined, ['x', null]))).code).toBe('insecure_url')
  })

  it('that redirect to another origin are not followed there', async () => {
    const away = () => new Response(null, { status: 302, headers: { location: 'https://evil.test/' } })
    const { wire, found } = discoverFrom(resource, undefined, away(), away())
    expect((await failureOf(found)).code).toBe('redirect_refused')
    expect(urlsOf(wire)).toEqual([inserted, root])
  })

  it('that redirect elsewhere in one place, and are not in the other, are told of as redirected', async () => {
    const away = () => new Response(null, { status: 302, headers: { location: 'https://evil.test/' } })
    for (const answers of [
      [away(), nothing()],
      [nothing(), away()],
    ]) {
      const { found } = discoverFrom(resource, undefined, ...answers)
      expect((await failureOf(found)).code).toBe('redirect_refused')
    }
  })

  it.each(['http://mcp.test/mcp', 'https://mcp.test/#a', 'https://mcp.test/#', 'https://u@mcp.test/', 'mcp.test', ''])(
    'are not asked of %j',
    async (asked) => {
      const { wire, found } = discoverFrom(asked, undefined)
      expect(['insecure_url', 'invalid_argument', 'unsupported']).toContain((await failureOf(found)).code)
      expect(wire.sent).toHaveLength(0)
    },
  )

  it('are cached for their own lifetime, apart for each place', async () => {
    const clock = fakeClock()
    const kept = () => json(document, 200, { 'cache-control': 'max-age=60' })
    const { fetch, sent } = scriptedServer(kept(), kept(), kept(), kept())
    const ask = (options = {}) => discoverResource(resource, { fetch, clock, ...options })
    await ask()
    await ask()
    expect(sent).toHaveLength(1)
    await ask({ response: pointing('https://mcp.test/meta') })
    expect(sent).toHaveLength(2)
    await ask({ fresh: true })
    expect(sent).toHaveLength(3)
    clock.set(clock.now() + 60_000)
    await ask()
    expect(sent).toHaveLength(4)
  })
})

it('what was believed under allowInsecureRequests is not, without', async () => {
  const insecure = () => json({ resource, authorization_servers: ['http://as.test'] })
  const { fetch } = scriptedServer(insecure(), insecure())
  expect((await discoverResource(resource, { fetch, allowInsecureRequests: true })).resource).toBe(resource)
  expect((await failureOf(discoverResource(resource, { fetch }))).code).toBe('insecure_url')
})

it('what one caller does to the metadata, nobody else sees', async () => {
  const { fetch, sent } = scriptedServer(json(document))
  const mine = await discoverResource(resource, { fetch })
  Object.assign(mine.authorizationServers, ['https://evil.test'])
  expect((await discoverResource(resource, { fetch })).authorizationServers[0]).toBe('https://as.test')
  expect(sent).toHaveLength(1)
})

it('a bearer challenge tells where the metadata are', () => {
  expect(bearerChallenge(pointing(inserted))).toMatchObject({ error: 'invalid_token', resourceMetadata: inserted })
})
