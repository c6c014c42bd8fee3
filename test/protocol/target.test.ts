import { describe, expect, it } from 'vitest'
import { createClient, type GrantOptions, type Token } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { inspected } from '../fixtures/inspected.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { authorizationEndpoint: 'https://as.test/authorize', tokenEndpoint: 'https://as.test/token' }
const redirectUri = 'https://app.test/callback'
const payment = { type: 'payment', amount: { currency: 'EUR', amount: '12.50' }, creditor: 'Zoë & Co' }

const setUp = (...answers: object[]) => {
  const wire = scriptedServer(...answers.map((answer) => json(answer)))
  return { wire, client: createClient({ server, clientId: 'web', clientSecret: 's', fetch: wire.fetch }) }
}

type Ask = (client: ReturnType<typeof setUp>['client'], options: GrantOptions) => Promise<Token>

const exchange: Ask = async (client, options) => {
  const request = await client.authorizationRequest({ redirectUri })
  return client.exchangeCode(`?code=c&state=${request.state}`, request, options)
}

const grants: readonly (readonly [string, Ask])[] = [
  ['a code exchange', exchange],
  ['a refresh', (client, options) => client.refresh('rt', options)],
  ['client credentials', (client, options) => client.clientCredentials(options)],
  ['a source of client credentials', (client, options) => client.clientCredentialsSource(options).token()],
]

describe.each(grants)('%s', (_, ask) => {
  it('names each resource in a field of its own (RFC 8707 §2.2)', async () => {
    const { client, wire } = setUp({ access_token: 'at' })
    await ask(client, { resource: ['https://api.test/v1', 'urn:example:api'] })
    expect(wire.only().form.getAll('resource')).toEqual(['https://api.test/v1', 'urn:example:api'])
  })

  it('names one resource as a text, and none unless it is told to', async () => {
    const { client, wire } = setUp({ access_token: 'at' }, { access_token: 'at' })
    await ask(client, { resource: 'https://api.test/?q=1' })
    await ask(client, {})
    expect(wire.sent.map(({ form }) => form.getAll('resource'))).toEqual([['https://api.test/?q=1'], []])
  })

  it('sends authorization details as JSON (RFC 9396 §6)', async () => {
    const { client, wire } = setUp({ access_token: 'at' })
    await ask(client, { authorizationDetails: [payment] })
    expect(JSON.parse(wire.only().form.get('authorization_details') ?? '')).toEqual([payment])
  })

  it.each<[string, object]>([
    ['a resource with a fragment', { resource: 'https://api.test/#part' }],
    ['a resource that is not absolute', { resource: ['https://api.test', '/v1'] }],
    ['an empty resource', { resource: '' }],
    ['a resource with a space, as two in one text', { resource: 'https://api.test/ https://b.test/' }],
    ['details without a type', { authorizationDetails: [payment, { amount: 1 }] }],
    ['details whose type is no text', { authorizationDetails: [{ type: 5 }] }],
    ['details that are no array', { authorizationDetails: payment }],
  ])('refuses %s before anything is sent', async (_, wrong) => {
    const { client, wire } = setUp()
    expect((await failureOf(ask(client, wrong))).code).toBe('invalid_argument')
    expect(wire.sent).toHaveLength(0)
  })

  it('takes a vendor parameter for a resource that is no URI, but not beside one that is', async () => {
    const { client, wire } = setUp({ access_token: 'at' })
    const parameters = { resource: '00000003-0000-0000-c000-000000000000' }
    await ask(client, { parameters })
    expect(wire.only().form.getAll('resource')).toEqual([parameters.resource])
    expect((await failureOf(ask(client, { parameters, resource: 'https://api.test' }))).code).toBe('invalid_argument')
  })
})

describe('an authorization request', () => {
  it.each<[string, object]>([
    ['an empty resource, as from a variable that is not set', { resource: '' }],
    ['a resource that is not absolute', { resource: ['/v1'] }],
    ['details without a type', { authorizationDetails: [{ amount: 1 }] }],
  ])('refuses %s', async (_, wrong) => {
    const { client } = setUp()
    expect((await failureOf(client.authorizationRequest({ redirectUri, ...wrong }))).code).toBe('invalid_argument')
  })
})

describe('a token', () => {
  const answer = { access_token: 'at', refresh_token: 'rt', authorization_details: [{ ...payment, account: 'DE1' }] }

  it('has the details that were granted, which survive JSON (RFC 9396 §7)', async () => {
    const { client } = setUp(answer)
    const token = await client.clientCredentials({ authorizationDetails: [payment] })
    expect(token.authorizationDetails).toEqual([{ ...payment, account: 'DE1' }])
    expect(token.raw).toEqual({})
    expect(JSON.parse(JSON.stringify(token))).toEqual({ ...token })
  })

  it('keeps them over a refresh that says nothing of them', async () => {
    const { client } = setUp(answer, { access_token: 'next' })
    const token = await client.refresh(await client.refresh('rt'))
    expect([token.accessToken, token.authorizationDetails]).toEqual(['next', answer.authorization_details])
  })

  it('has none where the server granted none', async () => {
    const { client } = setUp({ access_token: 'at' })
    expect(await client.clientCredentials({ authorizationDetails: [payment] })).not.toHaveProperty(
      'authorizationDetails',
    )
  })

  it.each([[null], ['all'], [{ type: 'payment' }], [[{ amount: 1 }]], [['payment']], [[null]], [[payment, {}]]])(
    'is not lost over details that are none: %j',
    async (details) => {
      const { client } = setUp({ access_token: 'at', authorization_details: details })
      const token = await client.clientCredentials()
      expect([token.accessToken, token.authorizationDetails]).toEqual(['at', undefined])
    },
  )

  it('does not print them: they may hold what a person pays, and to whom', async () => {
    const { client } = setUp(answer)
    expect(inspected(await client.clientCredentials())).not.toContain('Zoë')
  })
})

it('a source goes on asking for what it was made for, whatever becomes of the options', async () => {
  const { client, wire } = setUp({ access_token: 'at' })
  const resource = ['https://api.test']
  const source = client.clientCredentialsSource({ resource })
  resource[0] = 'https://other.test'
  await source.token()
  expect(wire.only().form.getAll('resource')).toEqual(['https://api.test'])
})

it('a source of two resources shares nothing with one that was given both in one text', async () => {
  const { client } = setUp({ access_token: 'at' })
  const resource = ['https://a.test/', 'https://b.test/']
  await client.clientCredentialsSource({ resource }).token()
  const wrong = client.clientCredentialsSource({ resource: resource.join(' ') })
  expect((await failureOf(wrong.token())).code).toBe('invalid_argument')
})
