import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type Client, createClient } from '../../src/index.js'
import { excerptOf, redact } from '../../src/protocol/redaction.js'
import { failureOf } from '../fixtures/failure-of.js'
import { json, type Sent, scriptedServer } from '../fixtures/scripted-server.js'
import { visible } from '../fixtures/visible.js'

const secrets = {
  clientSecret: 'client/secret+1 "x"',
  code: 'the-code-4711',
  codeVerifier: 'verifier-'.repeat(5),
  refreshToken: 'refresh-token-0815',
  accessToken: 'access-token-42',
}
const basic = btoa(`id:${encodeURIComponent(secrets.clientSecret)}`)
const spellings = Object.values(secrets).flatMap((secret) => [secret, encodeURIComponent(secret)])

const server = {
  authorizationEndpoint: 'https://as.test/authorize',
  tokenEndpoint: 'https://as.test/token',
  revocationEndpoint: 'https://as.test/revoke',
}
const request = {
  url: 'https://as.test/authorize?…',
  state: 'st',
  clientId: 'id',
  redirectUri: 'https://app.test/cb',
  codeVerifier: secrets.codeVerifier,
}

const calls: [string, (client: Client) => Promise<unknown>][] = [
  ['client credentials', (client) => client.clientCredentials()],
  ['a code', (client) => client.exchangeCode(`?code=${secrets.code}&state=st`, request)],
  ['a refresh', (client) => client.refresh(secrets.refreshToken)],
  ['a revocation', (client) => client.revoke(secrets.accessToken, { hint: 'access_token' })],
]

/** All that a server could echo of what it was sent. */
const echoOf = ({ body, form, headers }: Sent): string =>
  [body, ...form.values(), headers.get('authorization') ?? '', secrets.clientSecret].join(' and ')

const answers: [string, (sent: Sent) => Response][] = [
  [
    'an error that echoes all',
    (sent) =>
      json({ error: 'invalid_grant', error_description: echoOf(sent), error_uri: `https://e/?${sent.body}` }, 400),
  ],
  ['an error whose name is a secret', (sent) => json({ error: [...sent.form.values()].at(-1) }, 400)],
  ['a page that echoes all', (sent) => new Response(`<p>${echoOf(sent)}</p>`, { status: 500 })],
  ['an error in a 200', (sent) => json({ error: 'no', error_description: echoOf(sent) })],
  ['a token under an error status', () => json({ access_token: secrets.accessToken }, 400)],
  [
    'half a token',
    () => new Response(`{"access_token":"${secrets.accessToken}","refresh_token":"${secrets.refreshToken}`),
  ],
  [
    'a token of an unknown type',
    (sent) => json({ access_token: secrets.accessToken, token_type: 'mac', note: echoOf(sent) }),
  ],
  ['a form without a token', () => new Response(`refresh_token=${secrets.refreshToken}&x=1`)],
  [
    'a failure of an HTTP client that holds the whole request',
    (sent) => {
      throw Object.assign(new Error(echoOf(sent)), { request: sent, cause: { echo: echoOf(sent) } })
    },
  ],
]

describe('no secret is visible', () => {
  describe.each(calls)('in the failure of %s', (_, call) => {
    it.each(answers)('answered with %s', async (_, answer) => {
      for (const clientAuthentication of ['client_secret_basic', 'client_secret_post'] as const) {
        const wire = scriptedServer(answer, answer, answer)
        const client = createClient({
          server,
          clientId: 'id',
          clientSecret: secrets.clientSecret,
          clientAuthentication,
          fetch: wire.fetch,
          clock: { now: () => 0, sleep: (ms) => (ms === 10_000 ? new Promise(() => {}) : Promise.resolve()) },
        })
        const failure = await failureOf(call(client)).catch((error: Error) => {
          // A revocation that is answered with 200 has succeeded.
          expect(error.message).toBe('it did not fail')
        })
        const seen = visible(failure)
        for (const secret of [...spellings, basic]) expect(seen).not.toContain(secret)
      }
    })
  })

  it('in a client', () => {
    const client = createClient({ server, clientId: 'id', clientSecret: secrets.clientSecret })
    expect(visible(client)).not.toContain(secrets.clientSecret)
  })

  it('in a token that is inspected', async () => {
    const answer = {
      access_token: secrets.accessToken,
      refresh_token: secrets.refreshToken,
      id_token: 'the.id.token',
      api_key: 'vendor-key',
    }
    const client = createClient({
      server,
      clientId: 'id',
      clientSecret: 's',
      fetch: scriptedServer(json(answer)).fetch,
    })
    const { inspect } = await import('node:util')
    const printed = inspect(await client.clientCredentials(), { depth: null, showHidden: true })
    expect(printed).toContain('Bearer')
    for (const secret of Object.values(answer)) expect(printed).not.toContain(secret)
  })
})

/** What servers, frameworks and proxies make of a text that they echo. */
const echoes: [string, (text: string) => string][] = [
  ['as it is', (text) => text],
  ['in capitals', (text) => text.toUpperCase()],
  ['in a URL', encodeURIComponent],
  ['in a URL, with small digits', (text) => encodeURIComponent(text).replace(/%../g, (byte) => byte.toLowerCase())],
  ['in a URL within a URL', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['in a form', (text) => `${new URLSearchParams({ '': text })}`.slice(1)],
  ['in half-decoded Basic', (text) => text.replace(/[%+ &]/g, encodeURIComponent)],
  ['in HTML', (text) => text.replace(/[&<>"']/g, (special) => `&#${special.charCodeAt(0)};`)],
  ['in HTML by name', (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')],
  ['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
  [
    'in JSON as PHP writes it',
    (text) =>
      JSON.stringify(text)
        .slice(1, -1)
        .replaceAll('/', '\\/')
        .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
]

describe('a secret that is echoed', () => {
  const clientSecret = 'päss/wörd+1 "<&\'%\\ 🐻'

  it.each(echoes)('%s is masked', async (_, echo) => {
    const text = `is ${echo(clientSecret)} right?`
    const answers = [json({ error: 'no', error_description: text }, 400), new Response(text, { status: 400 })]
    for (const answer of answers) {
      const client = createClient({ server, clientId: 'id', clientSecret, fetch: scriptedServer(answer).fetch })
      const error = (await failureOf(client.clientCredentials())) as { errorDescription?: string; excerpt?: string }
      expect(error.errorDescription ?? error.excerpt).toBe('is *** right?')
    }
  })

  it('is masked in the content type and in the name of an error', async () => {
    const answers = [
      new Response('', { status: 400, headers: { 'content-type': 'text/html; x=hunter' } }),
      json({ error: 'wrong_secret_hunter' }, 400),
    ]
    for (const answer of answers) {
      const options = { server, clientId: 'id', clientSecret: 'hunter' }
      const client = createClient({ ...options, fetch: scriptedServer(answer).fetch })
      expect(visible(await failureOf(client.clientCredentials()))).not.toContain('hunter')
    }
  })

  it.each([
    ['begins as one', 'invalid_grant hunter'],
    ['ends as one', 'HUNTER: invalid_grant'],
  ])('is masked in the name of an error that only %s', async (_, error) => {
    const wire = scriptedServer(json({ error }, 400))
    const client = createClient({ server, clientId: 'id', clientSecret: 'hunter', fetch: wire.fetch })
    expect(visible(await failureOf(client.clientCredentials()))).not.toMatch(/hunter/i)
  })

  it('is masked whole where another one is its beginning', async () => {
    const wire = scriptedServer(json({ error: 'no', error_description: 'is long-and-secret right?' }, 400))
    const client = createClient({ server, clientId: 'id', clientSecret: 'long', fetch: wire.fetch })
    expect(await failureOf(client.refresh('long-and-secret'))).toMatchObject({ errorDescription: 'is *** right?' })
  })

  it('leaves an error readable that the RFC has a name for', async () => {
    const answer = json({ error: 'invalid_grant' }, 400)
    const client = createClient({ server, clientId: 'id', clientSecret: 'grant', fetch: scriptedServer(answer).fetch })
    expect(await failureOf(client.clientCredentials())).toMatchObject({ error: 'invalid_grant' })
  })

  it('is looked for quickly, whatever the answer is made of', () => {
    const pieces = ['\\', '\\n', '\\u0041', '%25', '%', '&amp;', '&#', '"', "'", '<token', 'x=']
    const secret = `${'{'.repeat(60)}a${'%'.repeat(60)}b${'&'.repeat(60)}c`
    const started = performance.now()
    for (const piece of pieces) excerptOf(piece.repeat(2 ** 15 / piece.length), [secret, `${'\\'.repeat(9)}d`, 'é\\"<'])
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it('is masked from its beginning where it is too long for a pattern', () => {
    const long = '{"é"}'.repeat(100_000)
    expect(redact(`is ${encodeURIComponent(long)} right?`, [long])).toBe('is ***')
  })
})

describe('an excerpt', () => {
  it('is short and says what a person needs', () => {
    const page = `<html><head><title>502 Bad Gateway</title></head>\n<body>\n<h1>Bad Gateway</h1>${' '.repeat(500)}</body></html>`
    expect(excerptOf(page, [])).toBe(
      '<html><head><title>502 Bad Gateway</title></head> <body> <h1>Bad Gateway</h1> </body></html>',
    )
    expect(excerptOf('word '.repeat(500), []).length).toBeLessThanOrEqual(160)
  })

  it('masks quoted values, and words that look like a token', () => {
    expect(excerptOf('{"access_token":"abc","n":1', [])).toBe('{"access_token":***,"n":***')
    expect(excerptOf('{"access_token":["a"],"x":{"y" : "b"}}', [])).toBe('{"access_token":[***],"x":{"y" : ***}}')
    expect(excerptOf('{"access_token":"a\\"b","x":1}', [])).toBe('{"access_token":***,"x":***}')
    expect(excerptOf("{'codes': ['a', 'b']}, don't", [])).toBe("{***: [***, ***]}, don't")
    expect(excerptOf("'half a text, and more", [])).toBe('***')
    expect(excerptOf('{"k":"a\\\nb"}', [])).toBe('{"k":***}')
    expect(excerptOf('access_token => abc', [])).toBe('access_token => ***')
    expect(excerptOf('<token type="x">abc</token>', [])).toBe('<token type=***>***</token>')
    expect(excerptOf('<access_token>abc</access_token><p>no</p>', [])).toBe('<access_token>***</access_token><p>no</p>')
    expect(excerptOf('your token eyJhbGciOiJIUzI1NiJ9.e30.abc is bad', [])).toBe('your token *** is bad')
  })

  const inLeaves = fc.string().map((noise) => `${noise}SECRET${noise}`)
  const json = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, inLeaves, fc.array(tie('value')), fc.dictionary(fc.constant('k'), tie('value'))),
  })).value

  test.prop([json, fc.nat()])('never shows a text of an object, whole or cut', (value, at) => {
    const body = JSON.stringify(value)
    expect(excerptOf(body, [])).not.toContain('SECRET')
    expect(excerptOf(body.slice(0, at % (body.length + 1)), [])).not.toContain('SECRET')
  })

  test.prop([fc.string(), fc.string({ minLength: 1 }), fc.string()])(
    'never shows a secret',
    (before, secret, after) => {
      fc.pre(!'***'.includes(secret))
      expect(excerptOf(`${before}${secret}${after}`, [secret])).not.toContain(secret)
    },
  )
})
