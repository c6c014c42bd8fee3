import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mock } from '../../src/command/mock.js'
import { parse, program } from '../../src/command/parser.js'
import { UsageError } from '../../src/command/usage-error.js'
import { createClient, discover, OAuthError } from '../../src/index.js'
import { mockCommand } from './mock-process.js'

const command = mockCommand()

/** Writes a file into the folder that the command runs in, as JSON unless it is a text. */
const writeConfig = async (name: string, content: unknown): Promise<string> => {
  await writeFile(join(command.folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return name
}

/** What the command says before it ends. */
const complaintOf = async (...argv: readonly string[]) => {
  const mock = command.run(argv)
  const code = await mock.ended()
  expect(mock.output()).toBe('')
  return { code, said: mock.errors() }
}

/** Why the command refuses arguments, in this process: it never gets as far as to listen. */
const refusalOf = async (...argv: readonly string[]): Promise<string> => {
  const failure: unknown = await parse(program('0.0.0', [mock()]), ['mock', '--port', '0', ...argv]).then(
    () => undefined,
    (refused) => refused,
  )
  // What ends with exit code 2.
  expect(failure instanceof UsageError || (failure instanceof OAuthError && failure.code === 'invalid_argument')).toBe(
    true,
  )
  return failure instanceof Error ? failure.message : ''
}

const bySecret = async (origin: string, clientId: string, clientSecret: string) =>
  createClient({ server: await discover(origin), clientId, clientSecret })

describe('a configuration file', () => {
  it('says all that the mock is to be', async () => {
    const file = await writeConfig('whole.json', {
      port: 0,
      clients: [{ clientId: 'web', clientSecret: 'from-the-file', redirectUris: ['https://app.test/callback'] }],
      accessTokenLifetime: 120,
      rotateRefreshTokens: false,
      userClaims: { user: { email: 'user@example.com' } },
      dpop: { nonce: 'resource' },
      faults: ['token=503', { endpoint: 'token', fault: { type: 'status', status: 500 }, times: 2 }],
      seed: 3,
    })
    const mock = command.run(['--config', file, '--json'])
    await mock.said('\n')
    const { origin, ...told } = JSON.parse(mock.output())
    expect(told).toMatchObject({ clients: ['web'], faults: ['token=503', 'token=500x2'], seed: 3 })
    const statuses: number[] = []
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'web',
      client_secret: 'from-the-file',
    })
    for (let time = 0; time < 4; time++) {
      statuses.push((await fetch(`${origin}/token`, { method: 'POST', body })).status)
    }
    expect(statuses).toEqual([503, 500, 500, 200])
    const client = await bySecret(origin, 'web', 'from-the-file')
    const login = await client.authorizationRequest({ redirectUri: 'https://app.test/callback', scope: 'openid email' })
    const callback = `${(await fetch(login.url, { redirect: 'manual' })).headers.get('location')}`
    const token = await client.exchangeCode(callback, login)
    expect(token.expiresAt).toBeLessThanOrEqual(Date.now() + 120_000)
    expect((await client.refresh(token)).refreshToken).toBe(token.refreshToken)
    expect(await client.userinfo(token)).toMatchObject({ email: 'user@example.com' })
    await mock.end()
    expect(mock.output()).not.toContain('from-the-file')
  })

  it('is a module too, in TypeScript if Node runs that, with grants of its own', async () => {
    const file = await writeConfig(
      'mock.config.ts',
      `const secret: string = 'made-in-a-module'
       export default {
         clients: [{ clientId: 'web', clientSecret: secret }],
         extensionGrants: { 'urn:example:grant': () => ({ subject: 'someone' }) },
       }`,
    )
    const mock = command.run(['--config', file, '--port', '0'])
    const client = await bySecret(await mock.origin(), 'web', 'made-in-a-module')
    const token = await client.extensionGrant('urn:example:grant')
    expect(token.accessToken).toEqual(expect.any(String))
    await mock.end()
  })

  it('gives way to the arguments', async () => {
    const file = await writeConfig('overridden.json', {
      port: 1,
      profile: 'smokeball',
      seed: 3,
      faults: ['token=503'],
      clients: [{ clientId: 'web', clientSecret: 'from-the-file' }],
      dpop: { nonce: 'both' },
    })
    const argv = [
      '--port',
      '0',
      '--profile',
      'okta',
      '--seed',
      '9',
      '--fault',
      'token=500',
      '--client',
      'app=https://app.test/',
    ]
    const { said } = await complaintOf('--config', file, ...argv)
    expect(said).toContain('dpop goes without profile')

    const without = await writeConfig('overridden.json', {
      port: 1,
      profile: 'smokeball',
      seed: 3,
      faults: ['token=503'],
    })
    const mock = command.run(['--config', without, '--json', ...argv])
    await mock.said('\n')
    expect(JSON.parse(mock.output())).toMatchObject({
      profile: 'okta',
      seed: 9,
      faults: ['token=500'],
      clients: ['app'],
    })
    await mock.end()
  })

  it.each([
    [{ acessTokenLifetime: 3 }, 'acessTokenLifetime is no field: is accessTokenLifetime meant?'],
    [{ colour: 3 }, 'colour is no field: the fields here are profile,'],
    [{ access_token_lifetime: 3 }, 'access_token_lifetime is no field: is accessTokenLifetime meant?'],
    [{ accessTokenLifetime: '3' }, 'accessTokenLifetime must be a number of seconds'],
    [{ accessTokenLifetime: -3 }, 'accessTokenLifetime must be a number of seconds'],
    [{ port: 65536 }, 'port must be a whole number below 65536'],
    [{ profile: 'hotmail' }, 'profile must be one of auth0, cognito,'],
    [{ rotateRefreshTokens: 'no' }, 'rotateRefreshTokens must be true or false'],
    [{ clients: { web: {} } }, 'clients must be a list'],
    [{ clients: [{ clientId: 'web' }, { client_id: 'app' }] }, 'clients[1].client_id is no field: is clientId meant?'],
    [{ clients: [{ clientSecret: 'hush-hush' }] }, 'clients[0].clientId is missing'],
    [{ clients: [{ clientId: 'web', redirectUris: 'x' }] }, 'clients[0].redirectUris must be a list'],
    [
      { clients: [{ clientId: 'web', redirectUris: [''] }] },
      'clients[0].redirectUris[0] must be a text that is not empty',
    ],
    [
      { clients: [{ clientId: 'web', redirectUris: ['/x'] }] },
      'redirectUris of web: /x is no absolute URL without a fragment',
    ],
    [{ userClaims: { user: 'x' } }, 'userClaims["user"] must be an object'],
    [{ dpop: { required: 1 } }, 'dpop.required must be true or false'],
    [{ faults: ['token=bad'] }, 'faults[0]: no fault is called bad'],
    [{ faults: ['token=503', { endpoint: 'token', fault: { type: 'bad' } }] }, 'faults[1]: no fault is called bad'],
    [{ faults: [{ endpoint: 'tokn', fault: { type: 'truncated' } }] }, 'faults[0]: no endpoint is called tokn'],
    [{ faults: [{ endpoint: 'token', fault: { type: 'status', code: 5 } }] }, 'faults[0]: status'],
    [{ faults: [null] }, 'faults[0]: it must be a text as token=503, or an object with endpoint and fault'],
    [{ faults: [{ endpoint: 'token' }] }, 'faults[0]: it must be a text as token=503, or an object with endpoint'],
    [{ requestsLimit: -1 }, 'requestsLimit must be a whole number'],
    [{ faults: [3] }, 'faults[0] must be a text as token=503, or an object'],
    [{ extensionGrants: { x: 1 } }, 'extensionGrants["x"] must be a function'],
    [{ https: { cert: 'x' } }, 'https.key is missing'],
    [[], 'what is given must be an object'],
    ['{"clients": [{"clientSecret": "hush-hush",}]}', 'wrong.json is no JSON: line 1, column 43'],
    ['hush-hush', 'wrong.json is no JSON'],
  ])('that cannot be is refused with the name of the file and of the field: %j', async (content, complaint) => {
    const file = join(command.folder, await writeConfig('wrong.json', content))
    const said = await refusalOf('--config', file)
    expect(said).toContain(complaint)
    expect(said).toContain('wrong.json')
    expect(said).not.toContain('hush-hush')
  })

  it('that cannot be is told of on one line, with exit code 2', async () => {
    const file = await writeConfig('refused.json', { clients: [{ clientId: 'web', secret: 'hush-hush' }] })
    const said = 'bearward: refused.json: clients[0].secret is no field: is clientSecret meant?\n'
    expect(await complaintOf('--config', file)).toEqual({ code: 2, said })
  })

  it('must be there, and be a module if its name says so', async () => {
    expect(await refusalOf('--config', 'nowhere.json')).toBe('there is no file nowhere.json')
    await writeConfig('empty.mjs', '')
    expect(await refusalOf('--config', join(command.folder, 'empty.mjs'))).toMatch(/empty.mjs has no default export$/)
    await writeConfig('broken.mjs', 'export default {')
    expect(await refusalOf('--config', join(command.folder, 'broken.mjs'))).toContain('broken.mjs cannot be imported: ')
  })
})

describe('the arguments', () => {
  it.each([
    [['--port', '70000'], 'below 65536'],
    [['--port', 'http'], 'below 65536'],
    [['--profile', 'hotmail'], 'auth0'],
    [['--access-token-lifetime', 'long'], 'number of seconds'],
    [['--fault', 'token=bad'], 'no fault is called bad'],
    [['--fault', 'tokn=503'], 'no endpoint is called tokn'],
    [['--client', '=https://app.test/'], '--client needs an ID'],
    [['--client', 'web=nowhere'], 'redirectUris of web: nowhere is no absolute URL'],
    [['--json', '--quiet'], 'cannot be used with'],
    [['--seed', 'x'], 'whole number'],
    [['--profile', 'okta', '--issuer', '/x'], 'issuer goes without profile'],
    [['--certificate', ''], 'It must name a file'],
    [['--client-secret', 'hush-hush'], "unknown option '--client-secret'"],
    [['extra'], 'more arguments than this command takes'],
  ])('that cannot be are refused: %j', async (argv, complaint) => {
    const said = await refusalOf(...argv)
    expect(said).toContain(complaint)
    expect(said).not.toMatch(/\n|hush-hush/)
  })

  it('say how long things live, and what must be', async () => {
    const mock = command.run([
      ...['--port', '0', '--access-token-lifetime', '77', '--no-rotation', '--require-par', '--require-dpop'],
      ...['--dpop-nonce', 'resource'],
    ])
    const origin = await mock.origin()
    const server = await discover(origin)
    expect(server.requirePushedAuthorizationRequests).toBe(true)
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'confidential',
      client_secret: 'made-up-secret',
    })
    const answer = await fetch(`${origin}/token`, { method: 'POST', body })
    expect(await answer.json()).toMatchObject({ error: 'invalid_dpop_proof' })
    await mock.end()
  })

  it('make a confidential client of one whose secret is in the environment, and a public one of another', async () => {
    const mock = command.run(
      ['--port', '0', '--client', 'my.web=https://app.test/', '--client', 'app=https://app.test/'],
      {
        BEARWARD_MOCK_SECRET_MY_WEB: 'in-the-environment',
      },
    )
    const origin = await mock.origin()
    const ask = async (form: Readonly<Record<string, string>>) =>
      (
        await fetch(`${origin}/token`, {
          method: 'POST',
          body: new URLSearchParams({ grant_type: 'client_credentials', ...form }),
        })
      ).json()
    expect(await ask({ client_id: 'my.web', client_secret: 'in-the-environment' })).toHaveProperty('access_token')
    expect(await ask({ client_id: 'app' })).toMatchObject({ error: 'unauthorized_client' })
    expect(await ask({ client_id: 'confidential', client_secret: 'made-up-secret' })).toMatchObject({
      error: 'invalid_client',
    })
    await mock.end()
    expect(mock.output()).toContain('$BEARWARD_MOCK_SECRET_MY_WEB')
    expect(mock.output()).not.toContain('in-the-environment')
  })
})
