import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import type { MockAuthorizationServerOptions } from '../../src/testing/index.js'
import { describeWith, programAt } from '../stores/engine.js'
import { catchesMisuse, catchesTampering, type Program } from './misuse.js'
import { clients, type RunningMock, redirectUri, startMock, startMutualTls } from './mock.js'
import { challengeOf, newVerifier } from './pkce.js'

const run = promisify(execFile)

let running: RunningMock

const start = async (options?: Partial<MockAuthorizationServerOptions>): Promise<RunningMock> => {
  running = await startMock(options)
  return running
}

afterEach(() => running.close())

type Form = Readonly<Record<string, string>>

/** A token endpoint's refusal, as a script sees it. */
class Refused extends Error {
  readonly error: string

  constructor(error: string) {
    super(error)
    this.error = error
  }
}

/** Each parameter as an argument of its own, encoded by curl. */
const encoded = (form: Form): readonly string[] =>
  Object.entries(form).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`])

const userOf = ({ clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string }) =>
  ['--user', `${clientId}:${clientSecret}`] as const

const web = userOf(clients.confidential)

const curlOf = (path: string) => {
  const text = async (...args: readonly string[]): Promise<string> =>
    (await run(path, ['--silent', '--show-error', '--max-time', '20', ...args])).stdout
  const json = async (...args: readonly string[]) => {
    const answer = JSON.parse(await text(...args))
    if (answer.error) throw new Refused(answer.error)
    return answer
  }
  return {
    text,
    json,
    token: (form: Form, ...args: readonly string[]) => json(...args, ...encoded(form), running.server.tokenEndpoint),
    status: async (...args: readonly string[]) =>
      Number(await text('--output', '/dev/null', '--write-out', '%{http_code}', ...args)),
    /** Where the server sends the user, who is curl too. */
    location: (form: Form, url = `${running.server.authorizationEndpoint}`) =>
      text('--get', ...encoded(form), '--output', '/dev/null', '--write-out', '%{redirect_url}', url),
  }
}

type Curl = ReturnType<typeof curlOf>

const requestOf = (verifier: string, clientId = 'web'): Form => ({
  ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: 'openid read', state: 'kept' },
  ...{ code_challenge: challengeOf(verifier), code_challenge_method: 'S256' },
})

const codeOf = (callback: string): string => {
  const code = new URL(callback).searchParams.get('code')
  if (code === null) throw new Error(`there is no code in ${callback}`)
  return code
}

const logIn = async (curl: Curl) => {
  const verifier = newVerifier()
  const callback = await curl.location(requestOf(verifier))
  return curl.token(
    {
      ...{ grant_type: 'authorization_code', code: codeOf(callback), redirect_uri: redirectUri },
      code_verifier: verifier,
    },
    ...web,
  )
}

describeWith({ name: 'curl', path: programAt('curl'), remedy: 'apt-get install curl' }, 'curl', (path) => {
  const curl = curlOf(path)

  it('reads the metadata, logs a user in with PKCE, and opens a resource with the token', async () => {
    const { resource, origin, server } = await start()
    const metadata = await curl.json(`${origin}/.well-known/oauth-authorization-server`)
    expect(metadata).toMatchObject({ issuer: origin, token_endpoint: server.tokenEndpoint })
    const token = await logIn(curl)
    const bearer = ['--oauth2-bearer', token.access_token]
    expect(await curl.json(...bearer, resource)).toMatchObject({ clientId: 'web', scope: 'openid read' })
    expect(await curl.json(...bearer, metadata.userinfo_endpoint)).toEqual({ sub: 'user' })
    expect(await curl.status('--oauth2-bearer', 'made-up', resource)).toBe(401)
  })

  it('refreshes with rotation', async () => {
    await start()
    const first = await logIn(curl)
    const form = { grant_type: 'refresh_token', refresh_token: first.refresh_token, scope: 'read' }
    const second = await curl.token(form, ...web)
    expect(second.scope).toBe('read')
    expect(second.refresh_token).not.toBe(first.refresh_token)
  })

  it('has client credentials by --user and by the body', async () => {
    await start()
    const form = { grant_type: 'client_credentials', scope: 'read' }
    const { clientId: client_id, clientSecret: client_secret } = clients.awkward
    expect((await curl.token(form, ...web)).scope).toBe('read')
    expect((await curl.token({ ...form, client_id, client_secret })).scope).toBe('read')
  })

  it('sends Basic credentials raw, so that who calls it encodes them as RFC 6749 wants it', async () => {
    await start()
    const form = { grant_type: 'client_credentials', scope: 'read' }
    await expect(curl.token(form, ...userOf(clients.awkward))).rejects.toThrow('invalid_client')
    const formEncoded = (value: string) => new URLSearchParams({ value }).toString().slice('value='.length)
    const clientId = formEncoded(clients.awkward.clientId)
    const clientSecret = formEncoded(clients.awkward.clientSecret)
    expect((await curl.token(form, ...userOf({ clientId, clientSecret }))).scope).toBe('read')
  })

  it('logs a device in', async () => {
    const { mock, server } = await start()
    const asked = await curl.json(...encoded({ client_id: 'app' }), `${server.deviceAuthorizationEndpoint}`)
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
    const form = { grant_type, client_id: 'app', device_code: asked.device_code }
    mock.approveDevice(asked.user_code)
    expect((await curl.token(form)).access_token).toEqual(expect.any(String))
    await expect(curl.token(form)).rejects.toThrow('invalid_grant')
  })

  it('pushes its authorization request', async () => {
    const { server } = await start({ requirePushedAuthorizationRequests: true })
    const verifier = newVerifier()
    const endpoint = `${server.pushedAuthorizationRequestEndpoint}`
    const { request_uri } = await curl.json(...web, ...encoded(requestOf(verifier)), endpoint)
    const callback = await curl.location({ client_id: 'web', request_uri })
    expect(new URL(callback).searchParams.get('state')).toBe('kept')
    expect(codeOf(callback)).toEqual(expect.any(String))
  })

  it('introspects and revokes tokens', async () => {
    const { server } = await start()
    const { access_token: token } = await logIn(curl)
    const introspect = () => curl.json(...web, ...encoded({ token }), `${server.introspectionEndpoint}`)
    expect(await introspect()).toMatchObject({ active: true, client_id: 'web' })
    expect(await curl.status(...web, ...encoded({ token }), `${server.revocationEndpoint}`)).toBe(200)
    expect(await introspect()).toEqual({ active: false })
  })

  it('registers a client, which then has client credentials', async () => {
    const { server } = await start()
    const metadata = JSON.stringify({ grant_types: ['client_credentials'] })
    const sent = ['--header', 'content-type: application/json', '--data', metadata]
    const registered = await curl.json(...sent, `${server.registrationEndpoint}`)
    const { client_id: clientId, client_secret: clientSecret } = registered
    const form = { grant_type: 'client_credentials' }
    expect((await curl.token(form, ...userOf({ clientId, clientSecret }))).access_token).toEqual(expect.any(String))
  })

  it('sends the user back from the end of their session', async () => {
    const { server } = await start()
    const { id_token } = await logIn(curl)
    const form = { id_token_hint: id_token, post_logout_redirect_uri: 'http://127.0.0.1:8400/bye', state: 'out' }
    expect(await curl.location(form, `${server.endSessionEndpoint}`)).toBe('http://127.0.0.1:8400/bye?state=out')
  })

  it('speaks https with who trusts the certificate of the mock, and shows one of its own (RFC 8705)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'curl-'))
    const file = async (name: string, text: string) => {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    }
    const { running: listening, orders } = await startMutualTls()
    running = listening
    const trust = ['--cacert', await file('ca.pem', `${running.certificate}`)]
    const shown = [...trust, '--cert', await file('cert.pem', orders.cert), '--key', await file('key.pem', orders.key)]
    const form = { grant_type: 'client_credentials', client_id: 'orders' }
    await expect(curl.token(form)).rejects.toMatchObject({ code: 60 })
    await expect(curl.token(form, ...trust)).rejects.toThrow('invalid_client')
    const { access_token: token } = await curl.token(form, ...shown)
    expect(await curl.status(...shown, '--oauth2-bearer', token, running.resource)).toBe(200)
    expect(await curl.status(...trust, '--oauth2-bearer', token, running.resource)).toBe(401)
    await rm(folder, { recursive: true })
  })

  it('is refused with a secret in the query, with a method other than POST, and with a token of nobody', async () => {
    const { server } = await start()
    const grant = encoded({ grant_type: 'client_credentials' })
    const query = `${server.tokenEndpoint}?client_id=web&client_secret=s3cret`
    await expect(curl.json(...grant, query)).rejects.toThrow('invalid_request')
    expect(await curl.status('--get', ...grant, server.tokenEndpoint)).toBe(405)
    const asked = curl.json(...encoded({ client_id: 'app', token: 'any' }), `${server.introspectionEndpoint}`)
    await expect(asked).rejects.toThrow('invalid_client')
  })

  it('is sent back with an error where it sends neither state nor PKCE nor nonce', async () => {
    await start()
    const { state: _, code_challenge: __, code_challenge_method: ___, ...request } = requestOf(newVerifier())
    expect(new URL(await curl.location(request)).searchParams.get('error')).toBe('invalid_request')
  })

  describe('misused', () => {
    const program = async (): Promise<Program> => {
      const { resource } = await start()
      const both = (token: { readonly access_token: string; readonly refresh_token: string }) => ({
        accessToken: token.access_token,
        refreshToken: token.refresh_token,
      })
      return {
        resource,
        login: async () => {
          const verifier = newVerifier()
          return { callback: await curl.location(requestOf(verifier)), verifier, state: 'kept' }
        },
        exchange: async ({ callback, verifier }, wrong = {}) => {
          const { clientSecret } = wrong
          const mine = clientSecret ? userOf({ clientId: 'web', clientSecret }) : web
          const code_verifier = wrong.verifier === 'another' ? newVerifier() : verifier
          const form = {
            ...{ grant_type: 'authorization_code', code: codeOf(callback) },
            redirect_uri: wrong.redirectUri ?? redirectUri,
            ...(wrong.verifier !== 'none' && { code_verifier }),
          }
          return both(await curl.token(form, ...(wrong.client ? userOf(clients.another) : mine)))
        },
        refresh: async (refreshToken) =>
          both(await curl.token({ grant_type: 'refresh_token', refresh_token: refreshToken }, ...web)),
        errorOf: (thrown) => (thrown instanceof Refused ? thrown.error : undefined),
      }
    }
    catchesMisuse(program)
    catchesTampering(program, () => running.mock, {
      unsent_state: 'mock',
      no_state: 'mock',
      no_issuer: 'mock',
      injected_code: 'mock',
      repeated_code: 'mock',
    })
  })
})
