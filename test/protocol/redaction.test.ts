import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { type Client, createClient } from '../../src/index.js'
import { excerptOf } from '../../src/protocol/redaction.js'
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
const basic = Buffer.from(`id:${encodeURIComponent(secrets.clientSecret)}`).toString('base64')
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
    expect(excerptOf('your token eyJhbGciOiJIUzI1NiJ9.e30.abc is bad', [])).toBe('your token *** is bad')
  })

  test.prop([fc.string(), fc.string({ minLength: 1 }), fc.string()])(
    'never shows a secret',
    (before, secret, after) => {
      fc.pre(!'***'.includes(secret))
      expect(excerptOf(`${before}${secret}${after}`, [secret])).not.toContain(secret)
    },
  )
})
