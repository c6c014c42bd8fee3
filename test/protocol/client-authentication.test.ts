import { fc, test } from '@fast-check/vitest'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ClientOptions, createClient } from '../../src/index.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, scriptedServer } from '../fixtures/scripted-server.js'

const server = { tokenEndpoint: 'https://as.test/token' }

/** What is sent when a client with these options asks for a token. */
const sentBy = async (options: Partial<ClientOptions>) => {
  const wire = scriptedServer(json({ access_token: 'at' }))
  await createClient({ server, clientId: 'id', fetch: wire.fetch, ...options }).clientCredentials()
  return wire.only()
}

const basicOf = (headers: Headers): string => {
  const [scheme, credentials] = (headers.get('authorization') ?? '').split(' ')
  expect(scheme).toBe('Basic')
  return new TextDecoder().decode(Uint8Array.from(atob(credentials ?? ''), (char) => char.charCodeAt(0)))
}

/** How RFC 6749 §2.3.1 tells a server to read Basic credentials. */
const formDecode = (credentials: string): (string | null)[] => {
  const [id, ...secret] = credentials.split(':')
  return [id, secret.join(':')].map((half) => new URLSearchParams(`x=${half}`).get('x'))
}

afterEach(() => vi.unstubAllGlobals())

describe('client_secret_basic', () => {
  it('is the default, and leaves client_id out of the body', async () => {
    const { headers, form } = await sentBy({ clientSecret: 'secret' })
    expect(basicOf(headers)).toBe('id:secret')
    expect([...form.keys()]).toEqual(['grant_type'])
  })

  it('sends the worked example of Smokeball', async () => {
    const { headers } = await sentBy({ clientId: 'client_id', clientSecret: 'client_secret' })
    expect(headers.get('authorization')).toBe('Basic Y2xpZW50X2lkOmNsaWVudF9zZWNyZXQ=')
  })

  it('encodes no more than a form decoder would read wrongly', async () => {
    const { headers } = await sentBy({ clientId: 'a-b.c_d~e', clientSecret: '-._~!*\'()/@$,;?#[]{}|^"<>' })
    expect(basicOf(headers)).toBe('a-b.c_d~e:-._~!*\'()/@$,;?#[]{}|^"<>')
  })

  it('encodes what a form decoder or the split at the colon would read wrongly', async () => {
    const { headers } = await sentBy({ clientId: 'a:b', clientSecret: '%+ &=é\n' })
    expect(basicOf(headers)).toBe('a%3Ab:%25%2B%20%26%3D%C3%A9%0A')
  })

  it('sends the bytes as they are where the server reads them raw', async () => {
    const raw = { ...server, basicEncoding: 'raw' as const }
    const { headers } = await sentBy({ server: raw, clientSecret: '%+ é:' })
    expect(basicOf(headers)).toBe('id:%+ é:')
  })

  it('refuses a colon in the client id where the server reads raw', async () => {
    const raw = { ...server, basicEncoding: 'raw' as const }
    const client = createClient({ server: raw, clientId: 'a:b', clientSecret: 's', fetch: scriptedServer().fetch })
    expect((await failureOf(client.clientCredentials())).code).toBe('invalid_argument')
  })

  it('repeats client_id in the body where the server wants it there', async () => {
    const { form } = await sentBy({ server: { ...server, basicClientIdInBody: true }, clientSecret: 's' })
    expect(form.get('client_id')).toBe('id')
  })

  const wellFormed = fc.string({ unit: 'grapheme', minLength: 1 })

  test.prop([wellFormed, wellFormed])('is read back by a form decoder, whatever the text', async (id, secret) => {
    const { headers } = await sentBy({ clientId: id, clientSecret: secret })
    expect(formDecode(basicOf(headers))).toEqual([id, secret])
  })

  test.prop([wellFormed.filter((id) => !id.includes(':')), wellFormed])(
    'is read back raw, whatever the text',
    async (id, secret) => {
      const raw = { ...server, basicEncoding: 'raw' as const }
      const { headers } = await sentBy({ server: raw, clientId: id, clientSecret: secret })
      expect(basicOf(headers)).toBe(`${id}:${secret}`)
    },
  )
})

describe('client authentication', () => {
  it('puts the secret in the body for client_secret_post, and nowhere else', async () => {
    const { headers, form } = await sentBy({ clientSecret: 's', clientAuthentication: 'client_secret_post' })
    expect(Object.fromEntries(form)).toEqual({ grant_type: 'client_credentials', client_id: 'id', client_secret: 's' })
    expect(headers.has('authorization')).toBe(false)
  })

  it('takes the first method that the server supports and that fits', async () => {
    const methods = ['private_key_jwt', 'client_secret_post', 'client_secret_basic']
    const { headers, form } = await sentBy({
      server: { ...server, tokenEndpointAuthMethodsSupported: methods },
      clientSecret: 's',
    })
    expect(form.get('client_secret')).toBe('s')
    expect(headers.has('authorization')).toBe(false)
  })

  it('identifies a public client in the body', async () => {
    const wire = scriptedServer(json({ access_token: 'at' }))
    await createClient({ server, clientId: 'app', fetch: wire.fetch }).refresh('rt')
    expect(wire.only().form.get('client_id')).toBe('app')
    expect(wire.only().headers.has('authorization')).toBe(false)
  })

  it('can be a function, which is called anew for each try', async () => {
    const wire = scriptedServer(
      new Response('', { status: 503, headers: { 'retry-after': '0' } }),
      json({ access_token: 'at' }),
    )
    const clock = {
      now: () => 0,
      sleep: (ms: number) => (ms === 10_000 ? new Promise<void>(() => {}) : Promise.resolve()),
    }
    let calls = 0
    const client = createClient({
      server,
      clientId: 'id',
      clock,
      fetch: wire.fetch,
      clientAuthentication: ({ form, clientId, endpoint }) =>
        form.set('client_assertion', `${clientId}@${endpoint}#${++calls}`),
    })
    await client.clientCredentials()
    expect(wire.sent.map(({ form }) => form.get('client_assertion'))).toEqual([
      'id@https://as.test/token#1',
      'id@https://as.test/token#2',
    ])
  })

  it('never goes out twice in one request', async () => {
    for (const second of ['client_secret', 'client_assertion']) {
      const wire = scriptedServer()
      const client = createClient({
        server,
        clientId: 'id',
        fetch: wire.fetch,
        clientAuthentication: ({ headers, form }) => {
          headers.set('authorization', 'Basic eA==')
          form.set(second, 's')
        },
      })
      expect((await failureOf(client.clientCredentials())).code).toBe('invalid_argument')
      expect(wire.sent).toHaveLength(0)
    }
  })

  it.each(['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type', 'scope'])(
    'and the grant keep %s to themselves',
    async (name) => {
      const wire = scriptedServer()
      const client = createClient({ server, clientId: 'id', clientSecret: 's', fetch: wire.fetch })
      const error = await failureOf(client.clientCredentials({ parameters: { [name]: 'x' } }))
      expect(error).toMatchObject({ code: 'invalid_argument', message: expect.stringContaining(name) })
      expect(wire.sent).toHaveLength(0)
    },
  )
})

describe('createClient', () => {
  const refusalOf = (options: object) => failureOf(() => createClient({ server, clientId: 'id', ...options }))

  it.each([
    ['no client id', { clientId: '' }],
    ['an empty secret', { clientSecret: '' }],
    ['a secret that is undefined, as an unset variable is', { clientSecret: undefined }],
    ['a secret that is no text', { clientSecret: 42 }],
    ['half a character', { clientSecret: '\ud800' }],
    ['a method that needs a secret', { clientAuthentication: 'client_secret_basic' }],
    ['a deadline of nothing', { timeoutMs: 0 }],
    ['a deadline that no timer can hold', { timeoutMs: 2 ** 31 }],
    ['no number', { timeoutMs: Number.NaN }],
  ])('refuses %s', async (_, options) => {
    expect((await refusalOf(options)).code).toBe('invalid_argument')
  })

  it.each<unknown>([undefined, null, 'my-client', 42])('refuses options that are none: %j', async (options) => {
    expect((await failureOf(async () => createClient(options as ClientOptions))).code).toBe('invalid_argument')
  })

  it('refuses a secret together with none', async () => {
    expect((await refusalOf({ clientSecret: 's', clientAuthentication: 'none' })).code).toBe('unsupported')
  })

  it.each<unknown>(['client_secret_bsic', 'Client_Secret_Basic', 'x_tls_client_auth', 'constructor', '', 42, {}])(
    'knows no method %j, and shows no secret that was put in its place',
    async (clientAuthentication) => {
      for (const secret of [{}, { clientSecret: 's' }]) {
        const refusal = await refusalOf({ ...secret, clientAuthentication })
        expect(refusal.code).toBe('invalid_argument')
        expect(refusal.message).toContain('no known method')
        expect(refusal.message).not.toContain('bsic')
      }
    },
  )

  it('reads names of methods in a moment, however a server has made them', async () => {
    const odd = { ...server, tokenEndpointAuthMethodsSupported: [`${'a_jwt'.repeat(40)}!`] }
    expect((await refusalOf({ server: odd, clientSecret: 's' })).code).toBe('unsupported')
    expect(createClient({ server: { ...server, tokenEndpointAuthMethodsSupported: [] }, clientId: 'id' })).toBeDefined()
  })

  it('refuses a secret where the server takes public clients only', async () => {
    const publicOnly = { ...server, tokenEndpointAuthMethodsSupported: ['none'] }
    const secret = { server: publicOnly, clientSecret: 's' }
    expect((await refusalOf(secret)).code).toBe('unsupported')
    expect((await refusalOf({ ...secret, clientAuthentication: 'client_secret_post' })).code).toBe('unsupported')
  })

  it('says what a server takes in place of a secret', async () => {
    const keysOnly = { ...server, tokenEndpointAuthMethodsSupported: ['tls_client_auth', 'private_key_jwt'] }
    const { code, message } = await refusalOf({ server: keysOnly, clientSecret: 's' })
    expect(code).toBe('unsupported')
    expect(message).toContain('tls_client_auth, private_key_jwt')
  })

  it('takes no method for known that only every object has', async () => {
    const odd = { ...server, tokenEndpointAuthMethodsSupported: ['constructor', 'toString'] }
    expect((await refusalOf({ server: odd, clientSecret: 's' })).code).toBe('unsupported')
  })

  it('refuses plain http but on loopback', async () => {
    for (const tokenEndpoint of ['http://as.test/token', 'ftp://as.test/', 'http://127.0.0.1.as.test/', 'nonsense']) {
      expect((await refusalOf({ server: { tokenEndpoint } })).code).toBe('insecure_url')
    }
    for (const host of ['localhost:1', '127.0.0.1:1', '127.9.9.9', '[::1]:1']) {
      expect(createClient({ server: { tokenEndpoint: `http://${host}/token` }, clientId: 'id' })).toBeDefined()
    }
    const insecure = { server: { tokenEndpoint: 'http://as.test/' }, allowInsecureRequests: true }
    expect(createClient({ ...insecure, clientId: 'id' })).toBeDefined()
  })

  it('makes a client that cannot be changed', () => {
    expect(Object.isFrozen(createClient({ server, clientId: 'id' }))).toBe(true)
  })

  it('uses the fetch of the moment, which may be replaced after the client was made', async () => {
    const client = createClient({ server, clientId: 'id' })
    const { fetch, sent } = scriptedServer(json({ access_token: 'at' }))
    vi.stubGlobal('fetch', fetch)
    await client.refresh('rt')
    expect(sent).toHaveLength(1)
  })

  it('refuses a server without token endpoint', async () => {
    expect((await refusalOf({ server: {} })).code).toBe('unsupported')
  })

  it('refuses a secret in a browser unless it is told that everybody may read it', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Mozilla/5.0 (X11; Linux x86_64)' })
    expect((await refusalOf({ clientSecret: 's' })).code).toBe('secret_in_browser')
    expect(createClient({ server, clientId: 'id', clientSecret: 's', allowSecretInBrowser: true })).toBeDefined()
    expect(createClient({ server, clientId: 'id' })).toBeDefined()
  })
})
