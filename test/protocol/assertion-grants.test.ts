import { describe, expect, it } from 'vitest'
import { createClient, type JwtBearerOptions } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { fakeClock } from '../fixtures/fake-clock.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'

const server = { tokenEndpoint: 'https://as.test/token' }
const answer = () => json({ access_token: 'at', token_type: 'Bearer' })

const setUp = (...answers: Response[]) => {
  const wire = scriptedServer(...(answers.length ? answers : [answer()]))
  const clock = fakeClock()
  const client = createClient({ server, clientId: 'app', clientSecret: 'its-secret', fetch: wire.fetch, clock })
  return { wire, clock, client }
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

describe('the JWT bearer grant', () => {
  it('sends the assertion and the scope (RFC 7523 §2.1)', async () => {
    const { client, wire } = setUp()
    expect((await client.jwtBearer({ assertion: 'a.b.c', scope: 'read' })).accessToken).toBe('at')
    expect(Object.fromEntries(wire.only().form)).toEqual({ grant_type: jwtBearer, assertion: 'a.b.c', scope: 'read' })
    expect(wire.only().headers.get('authorization')).toMatch(/^Basic /)
  })

  it('is for a public client too, which names itself', async () => {
    const wire = scriptedServer(answer())
    await createClient({ server, clientId: 'app', fetch: wire.fetch }).jwtBearer({ assertion: 'a.b.c' })
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: jwtBearer,
      assertion: 'a.b.c',
      client_id: 'app',
    })
  })

  it('has a new assertion made for every try', async () => {
    const { client, wire, clock } = setUp(new Response('', { status: 503 }), answer())
    let made = 0
    await clock.run(client.jwtBearer({ assertion: async () => `assertion-${++made}` }))
    expect(wire.sent.map(({ form }) => form.get('assertion'))).toEqual(['assertion-1', 'assertion-2'])
  })

  it('comes to its caller as it is, what the function throws', async () => {
    const { client, wire } = setUp()
    const assertion = () => Promise.reject(new RangeError('the key is gone'))
    await expect(client.jwtBearer({ assertion })).rejects.toThrow(new RangeError('the key is gone'))
    expect(wire.sent).toHaveLength(0)
  })

  it.each([
    ['the assertion alone', 'a.b.c'],
    ['nothing', {}],
    ['no options', undefined],
    ['an assertion that is undefined, as an unset variable is', { assertion: undefined }],
    ['an empty one', { assertion: '' }],
    ['a function that gives nothing', { assertion: () => undefined }],
  ])('sends nothing with %s', async (_, options) => {
    const { client, wire } = setUp()
    const given = options as unknown as JwtBearerOptions
    expect((await failureOf(client.jwtBearer(given))).code).toBe('invalid_argument')
    expect((await failureOf(client.jwtBearerSource(given).token())).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it('is told invalid_grant, and the assertion is in no error', async () => {
    const assertion = 'header.claims.signature-of-mine'
    const { client } = setUp(json({ error: 'invalid_grant', error_description: `${assertion} has expired` }, 400))
    const failure = await failureOf(client.jwtBearer({ assertion: () => assertion }))
    expect(failure).toMatchObject({ code: 'error_response', error: 'invalid_grant', status: 400 })
    expect(visible(failure)).not.toContain(assertion)
  })
})

describe('an extension grant', () => {
  const saml = 'urn:ietf:params:oauth:grant-type:saml2-bearer'

  it('sends its name, its parameters and the scope (RFC 6749 §4.5)', async () => {
    const { client, wire } = setUp()
    await client.extensionGrant(saml, { assertion: 'PHNhbWw' }, { scope: 'read', resource: 'https://api.test/' })
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: saml,
      assertion: 'PHNhbWw',
      scope: 'read',
      resource: 'https://api.test/',
    })
  })

  it('takes what functions and sources give', async () => {
    const { client, wire } = setUp()
    const source = { token: async () => ({ accessToken: 'of-a-source', tokenType: 'Bearer', raw: {} }) }
    await client.extensionGrant('urn:example:grant', { a: () => 'of-a-function', b: source })
    expect(Object.fromEntries(wire.only().form)).toEqual({
      grant_type: 'urn:example:grant',
      a: 'of-a-function',
      b: 'of-a-source',
    })
  })

  it('may have a name that is no URI, as that of Zoom', async () => {
    const { client, wire } = setUp()
    await client.extensionGrant('account_credentials', { account_id: '1' })
    expect(wire.only().body).toBe('account_id=1&grant_type=account_credentials')
  })

  it('needs no parameters, by a source neither', async () => {
    const { client, wire } = setUp(answer(), answer())
    await client.extensionGrant('urn:example:grant')
    // @ts-expect-error only plain JavaScript may leave them out
    await client.extensionGrantSource('urn:example:grant').token()
    expect(wire.sent.map(({ body }) => body)).toEqual(Array(2).fill('grant_type=urn%3Aexample%3Agrant'))
  })

  it.each([
    ...['authorization_code', 'refresh_token', 'client_credentials', 'password', jwtBearer],
    ...['urn:ietf:params:oauth:grant-type:device_code', 'urn:ietf:params:oauth:grant-type:token-exchange', ''],
  ])('is not %j', async (grantType) => {
    const { client, wire } = setUp()
    expect((await failureOf(client.extensionGrant(grantType))).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it.each([
    ['the grant', { grant_type: 'x' }],
    ['the scope', { scope: 'x' }],
    ['the secret', { client_secret: 'x' }],
    ['the client, by a function', { client_id: () => 'x' }],
    ['nothing', { a: '' }],
    ['what is undefined', { a: undefined }],
  ])('does not take %s for a parameter', async (_, given) => {
    const { client, wire } = setUp()
    const parameters = given as Readonly<Record<string, string>>
    expect((await failureOf(client.extensionGrant('urn:example:grant', parameters))).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })
})
