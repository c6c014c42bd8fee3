import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import type { MockFault } from '../../src/testing/index.js'
import { signal } from '../fixtures/signal.js'
import { bearward, thisRuntime } from './bearward.js'
import { secret, servers } from './serve.js'

const { run, start, directory, bin } = bearward()

const listening = servers()

/** A mock on loopback, and how to call the command for one of its clients, with a store of its own. */
const serve = async (options?: Parameters<typeof listening>[0]) => {
  const served = await listening(options)
  const env = { BEARWARD_STORE: directory() }
  return {
    ...{ ...served, env },
    service: ['token', '--issuer', served.origin, '--client-id', 'service'],
    desk: ['token', '--issuer', served.origin, '--client-id', 'desk'],
    serviceEnv: { ...env, BEARWARD_CLIENT_SECRET: secret },
  }
}

/** All that is written in the files below a folder. */
const textsIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

/** A program that `BROWSER` names: it goes where it is sent, and is the user who says yes. */
const followingBrowser = (): string => {
  const path = join(directory(), 'browser.mjs')
  writeFileSync(path, `#!/usr/bin/env -S ${thisRuntime.join(' ')}\nawait (await fetch(process.argv[2])).text()\n`)
  chmodSync(path, 0o755)
  return path
}

describe('bearward token', () => {
  it('prints the token and nothing else', async () => {
    const { service, serviceEnv } = await serve()
    const { code, stdout, stderr } = await run([...service, '--scope', 'read'], { env: serviceEnv })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^[\w.~+/-]+\n$/)
  })

  it('gives curl a token that an API takes', async () => {
    const { service, serviceEnv, resource } = await serve()
    const command = [...thisRuntime, bin, ...service].map((word) => `'${word}'`).join(' ')
    const line = `curl -sf -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $(${command})" '${resource}'`
    const env = { PATH: process.env['PATH'] ?? '', ...serviceEnv }
    const { stdout } = await promisify(execFile)('sh', ['-c', line], { env })
    expect(stdout).toBe('200')
  })

  it('sends nothing while the token of an earlier run is good', async () => {
    const { service, serviceEnv, mock } = await serve()
    const first = await run(service, { env: serviceEnv })
    const sent = mock.requests.length
    const second = await run(service, { env: serviceEnv })
    expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: '' })
    expect(mock.requests).toHaveLength(sent)
  })

  it('keeps a token for each client, scope, resource and account', async () => {
    const { service, serviceEnv, asked } = await serve()
    const more = [
      [],
      ['--scope', 'a b'],
      ['--scope', 'b a'],
      ['--resource', 'https://api.test/'],
      ['--account', 'work'],
    ]
    const tokens = []
    for (const options of more) tokens.push((await run([...service, ...options], { env: serviceEnv })).stdout)
    expect(new Set(tokens).size).toBe(4)
    expect(tokens[1]).toBe(tokens[2])
    expect(asked('token')).toBe(4)
  })

  it('asks once for two runs at once', async () => {
    const { service, serviceEnv, asked } = await serve()
    const [one, other] = await Promise.all([run(service, { env: serviceEnv }), run(service, { env: serviceEnv })])
    expect(one.stdout).toBe(other.stdout)
    expect(asked('token')).toBe(1)
  })

  it('keeps nothing with --no-store', async () => {
    const { service, env, serviceEnv, asked } = await serve()
    await run([...service, '--no-store'], { env: serviceEnv })
    await run([...service, '--no-store'], { env: serviceEnv })
    expect(asked('token')).toBe(2)
    expect(readdirSync(env.BEARWARD_STORE)).toEqual([])
  })

  it('keeps tokens where nobody else can read them, in the state directory of the user', async () => {
    const { service } = await serve()
    const state = directory()
    await run(service, { env: { XDG_STATE_HOME: state, BEARWARD_CLIENT_SECRET: secret } })
    const folder = join(state, 'bearward')
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder).length).toBeGreaterThan(0)
  })

  it('says type, expiry and scope as JSON, and no refresh token', async () => {
    const { service, serviceEnv } = await serve()
    const { stdout } = await run([...service, '--scope', 'read', '--json'], { env: serviceEnv })
    const token = JSON.parse(stdout)
    expect(Object.keys(token)).toEqual(['accessToken', 'tokenType', 'expiresAt', 'expiresIn', 'scope'])
    expect(token).toMatchObject({ tokenType: 'Bearer', scope: 'read' })
    expect(token.expiresIn).toBeGreaterThan(3500)
  })

  it('renews a good token when it is told to, and one that does not live long enough', async () => {
    const { service, serviceEnv, asked } = await serve()
    const first = await run(service, { env: serviceEnv })
    expect((await run([...service, '--valid-for', '60'], { env: serviceEnv })).stdout).toBe(first.stdout)
    const second = await run([...service, '--renew'], { env: serviceEnv })
    const third = await run([...service, '--valid-for', '4000'], { env: serviceEnv })
    expect(new Set([first.stdout, second.stdout, third.stdout]).size).toBe(3)
    expect(asked('token')).toBe(3)
  })

  it.each<[string, MockFault]>([
    ['503', { type: 'status', status: 503 }],
    ['invalid_client', { type: 'error', error: 'invalid_client' }],
  ])('prints no token of before where it must be renewed, and the server says %s', async (why, fault) => {
    const { service, serviceEnv, mock } = await serve()
    const first = await run(service, { env: serviceEnv })
    mock.fault('token', fault, { times: Infinity })
    for (const wanted of [['--renew'], ['--valid-for', '4000']]) {
      const { code, stdout, stderr } = await run([...service, ...wanted], { env: serviceEnv })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(new RegExp(`^bearward: .*${why}.*\\n$`))
    }
    expect(await run(service, { env: serviceEnv })).toEqual(first)
  })

  it('says so where the server gives no token that lives as long as is wanted', async () => {
    const { service, serviceEnv } = await serve()
    const { code, stdout, stderr } = await run([...service, '--valid-for', '4000'], { env: serviceEnv })
    expect(code).toBe(0)
    expect(stdout).not.toBe('')
    expect(stderr).toMatch(/^bearward: the token lives 3(600|59\d) s, and not the 4000 that are wanted\n$/)
  })

  it('prints the token of a renewal that it is told to do, though it is the one of before', async () => {
    const { service, serviceEnv, mock, asked } = await serve()
    const first = await run(service, { env: serviceEnv })
    mock.fault('token', { type: 'fields', fields: { access_token: first.stdout.trim() } })
    expect(await run([...service, '--renew'], { env: serviceEnv })).toEqual(first)
    expect(asked('token')).toBe(2)
  })

  it('renews once where it is told to, and the token that is kept has expired', async () => {
    const { service, serviceEnv, asked } = await serve({ accessTokenLifetime: 0 })
    const first = await run(service, { env: serviceEnv })
    const second = await run([...service, '--renew'], { env: serviceEnv })
    expect(second).toMatchObject({ code: 0, stderr: '' })
    expect(second.stdout).not.toBe(first.stdout)
    expect(asked('token')).toBe(2)
  })

  it('forgets a token', async () => {
    const { service, serviceEnv, asked } = await serve()
    await run(service, { env: serviceEnv })
    const forgotten = await run([...service, '--forget'], { env: serviceEnv })
    expect(forgotten).toEqual({ code: 0, stdout: '', stderr: 'Forgotten. It is good until it expires.\n' })
    await run(service, { env: serviceEnv })
    expect(asked('token')).toBe(2)
  })

  it('takes its server from a preset, and from what bearward discover has printed', async () => {
    const { origin, server, serviceEnv, asked } = await serve()
    const file = join(directory(), 'server.json')
    writeFileSync(file, JSON.stringify(server))
    expect((await run(['token', '--server-file', file, '--client-id', 'service'], { env: serviceEnv })).code).toBe(0)
    const endpoint = ['token', '--token-endpoint', server.tokenEndpoint, '--client-id', 'service']
    expect((await run(endpoint, { env: serviceEnv })).code).toBe(0)
    expect(asked('discovery')).toBe(0)
    const preset = ['token', '--provider', 'keycloak', '--provider-option', `url=${origin}`, '--client-id', 'service']
    expect((await run(preset, { env: serviceEnv })).stderr).toBe('bearward: realm must be set, and no . or ..\n')
  })
})

describe('the store of bearward token', () => {
  it('holds no token in plain text where there is a key', async () => {
    const { service, serviceEnv, env, asked } = await serve()
    const locked = { ...serviceEnv, BEARWARD_STORE_KEY: Buffer.alloc(32, 7).toString('base64') }
    const first = await run(service, { env: locked })
    expect((await run(service, { env: locked })).stdout).toBe(first.stdout)
    expect(asked('token')).toBe(1)
    expect(textsIn(env.BEARWARD_STORE)).not.toContain(first.stdout.trim())
    const unlocked = await run(service, { env: serviceEnv })
    expect(unlocked.stdout).not.toBe(first.stdout)
    expect(unlocked.stderr).toBe(`bearward: the token could not be kept in ${env.BEARWARD_STORE}\n`)
    expect((await run(service, { env: locked })).stdout).toBe(first.stdout)
  })

  it('that cannot be had costs a token its memory, and a login the run', async () => {
    const { service, desk, serviceEnv } = await serve()
    const env = { ...serviceEnv, BEARWARD_STORE: '/dev/null/nowhere' }
    const { code, stdout, stderr } = await run(service, { env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\S+\n$/)
    expect(stderr).toBe('bearward: the token could not be kept in /dev/null/nowhere\n')
    const login = await run([...desk, '--grant', 'loopback'], { env })
    expect(login).toMatchObject({ code: 1, stdout: '' })
    expect(login.stderr).toContain('/dev/null/nowhere: --store names another place, --no-store none')
  })

  it('keeps what an issuer gave from an endpoint that a file says is the one of that issuer', async () => {
    const { origin, service, serviceEnv, mock } = await serve()
    const kept = await run(service, { env: serviceEnv })
    const path = join(directory(), 'server.json')
    writeFileSync(path, JSON.stringify({ issuer: origin, tokenEndpoint: `${origin}/elsewhere` }))
    const argv = ['token', '--server-file', path, '--client-id', 'service']
    const other = await run(argv, { env: serviceEnv })
    expect(kept.code).toBe(0)
    expect(other).toMatchObject({ code: 1, stdout: '' })
    expect(mock.requests.at(-1)?.url).toBe(`${origin}/elsewhere`)
  })

  it('leaves alone what it has not written', async () => {
    const { service, serviceEnv, env, mock } = await serve()
    const mine = join(env.BEARWARD_STORE, 'passing', 'mine')
    mkdirSync(mine, { recursive: true })
    utimesSync(mine, 0, 0)
    const { accessToken } = mock.issue({ clientId: 'service' })
    const argv = [...service, '--grant', 'token-exchange']
    expect((await run(argv, { env: { ...serviceEnv, BEARWARD_SUBJECT_TOKEN: accessToken } })).code).toBe(0)
    expect(statSync(mine).isDirectory()).toBe(true)
  })

  it('loses what was given for another token when that is a week old', async () => {
    const { service, serviceEnv, env, mock } = await serve()
    const exchange = () => {
      const { accessToken } = mock.issue({ clientId: 'service' })
      const argv = [...service, '--grant', 'token-exchange']
      return run(argv, { env: { ...serviceEnv, BEARWARD_SUBJECT_TOKEN: accessToken } })
    }
    expect((await exchange()).code).toBe(0)
    const passing = join(env.BEARWARD_STORE, 'passing')
    const [old = ''] = readdirSync(passing)
    await exchange()
    expect(readdirSync(passing)).toHaveLength(2)
    const before = Date.now() / 1000 - 8 * 86_400
    utimesSync(join(passing, old), before, before)
    await exchange()
    expect(readdirSync(passing)).toHaveLength(2)
    expect(readdirSync(passing)).not.toContain(old)
  })

  it('shows no other run half of what it loses', async () => {
    const { service, serviceEnv, env, mock } = await serve()
    const passing = join(env.BEARWARD_STORE, 'passing')
    const old = join(passing, `token-exchange-${'a'.repeat(64)}`)
    mkdirSync(old, { recursive: true })
    const names = Array.from({ length: 3000 }, (_, n) => `${n}`)
    for (const name of names) writeFileSync(join(old, name), '')
    utimesSync(old, 0, 0)
    const { accessToken } = mock.issue({ clientId: 'service' })
    const argv = [...service, '--grant', 'token-exchange']
    const exchange = start(argv, { env: { ...serviceEnv, BEARWARD_SUBJECT_TOKEN: accessToken } })
    while (existsSync(old) && exchange.process.exitCode === null) {
      const isWhole = names.every((name) => existsSync(join(old, name)))
      expect(isWhole || !existsSync(old)).toBe(true)
      await setImmediate()
    }
    expect((await exchange.ended).code).toBe(0)
    expect(readdirSync(passing)).toHaveLength(1)
    expect(existsSync(old)).toBe(false)
  })
})

describe('a secret of bearward token', () => {
  it.each([
    [
      'a variable that is named',
      (_: string) => ({ argv: ['--client-secret-env', 'MINE'], env: { MINE: secret }, stdin: '' }),
    ],
    ['a file', (path: string) => ({ argv: ['--client-secret-file', path], env: {}, stdin: '' })],
    ['standard input', (_: string) => ({ argv: ['--client-secret-file', '-'], env: {}, stdin: `${secret}\n` })],
  ])('comes from %s', async (_, given) => {
    const { service, env: kept } = await serve()
    const path = join(directory(), 'secret')
    writeFileSync(path, `\uFEFF${secret}\r\n`)
    const { argv, env, stdin } = given(path)
    expect((await run([...service, ...argv], { env: { ...kept, ...env }, stdin })).code).toBe(0)
  })

  it.each([
    ['--client-secret', 's3cret'],
    ['--client-secret=s3cret'],
    ['--refresh-token', 's3cret'],
    ['--subject-token=s3cret'],
    ['--assertion', 's3cret'],
    ['--grant', 'urn:example:grant', '--parameter', 'password=s3cret'],
  ])('is refused as an argument: %s', async (...argv) => {
    const { service, serviceEnv, mock } = await serve()
    const { code, stdout, stderr } = await run([...service, ...argv], { env: serviceEnv })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^bearward: .+ is not taken as an argument, where others can read it: .+\n$/)
    expect(stderr).not.toContain('s3cret')
    expect(mock.requests.filter(({ endpoint }) => endpoint === 'token')).toEqual([])
  })

  it('that is wrong ends with 1, and what the server says', async () => {
    const { service, env } = await serve()
    const wrong = { ...env, BEARWARD_CLIENT_SECRET: 'another-secret' }
    const { code, stdout, stderr } = await run(service, { env: wrong })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^bearward: .*invalid_client.*\n$/)
    expect(stderr).not.toContain('another-secret')
  })

  it('is not sent again, nor is anything printed that a terminal obeys, where the server says no', async () => {
    const { service, serviceEnv, mock, asked } = await serve()
    mock.fault('token', { type: 'error', error: 'invalid_scope', errorDescription: `\u001b[2Jno ${secret}\u202e` })
    const { code, stdout, stderr } = await run(service, { env: serviceEnv })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^bearward: .*invalid_scope.*\n$/)
    expect([...stderr].filter((letter) => letter < ' ' || letter === '\u202e')).toEqual(['\n'])
    expect(stderr).not.toContain(secret)
    expect(asked('token')).toBe(1)
    mock.fault('token', { type: 'error', error: 'invalid_scope', errorDescription: '\u001b[2Jno' })
    const debugged = await run(service, { env: { ...serviceEnv, BEARWARD_DEBUG: '1' } })
    expect(debugged.stderr).toContain(' at ')
    expect(debugged.stderr).not.toContain('\u001b')
  })

  it.each([
    ['SIGINT', 130, '--client-secret-file'],
    ['SIGTERM', 143, '--client-secret-file'],
    ['SIGTERM', 143, '--client-key-file'],
    ['SIGTERM', 143, '--server-file'],
  ] as const)('that is waited for is waited for no more after %s: %i, %s', async (name, code, option) => {
    const { server, env } = await serve()
    const which = option === '--server-file' ? [] : ['--token-endpoint', server.tokenEndpoint]
    const waiting = start(['token', ...which, '--client-id', 'service', option, '-'], { env, stdin: false })
    // More than a pipe holds: when it is gone, somebody reads.
    await new Promise((written) => waiting.process.stdin?.write('x'.repeat(2 ** 20), written))
    signal(waiting.process, name)
    expect(await waiting.ended).toEqual({ code, stdout: '', stderr: '' })
  })

  it('that is missing, empty or unreadable ends with 2', async () => {
    const { service, env } = await serve()
    for (const argv of [
      ['--client-secret-env', 'NONE'],
      ['--client-secret-file', '/nowhere'],
      ['--client-secret-file', '-'],
    ]) {
      const { code, stdout, stderr } = await run([...service, ...argv], { env })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^bearward: .+\n$/)
    }
  })
})

describe('a login of bearward token', () => {
  it('goes through the browser, and is kept', async () => {
    const { desk, env, asked } = await serve()
    const argv = [...desk, '--grant', 'loopback', '--scope', 'read']
    const first = await run(argv, { env: { ...env, BROWSER: followingBrowser() } })
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/^\S+\n$/)
    expect(first.stderr).toContain('To log in, open this page in a browser:\n\n    http://127.0.0.1:')
    // Any grant that logs in finds it, and so does a run that names none.
    for (const next of [argv, [...desk, '--scope', 'read'], [...desk, '--scope', 'read', '--grant', 'device']]) {
      expect(await run(next, { env })).toEqual({ code: 0, stdout: first.stdout, stderr: '' })
    }
    expect(asked('token')).toBe(1)
  })

  it('prints the whole page to open, however much is asked for', async () => {
    const { desk, env } = await serve()
    const scope = Array.from({ length: 100 }, (_, n) => `https://api.test/a-scope-with-a-long-name/${n}`).join(' ')
    const login = start([...desk, '--grant', 'loopback', '--no-browser', '--scope', scope], { env })
    await expect.poll(login.stderr).toContain('Waiting')
    const { searchParams } = new URL(login.stderr().match(/^ {4}(\S+)$/m)?.[1] ?? '')
    expect(Object.fromEntries(searchParams)).toMatchObject({
      scope,
      state: expect.stringMatching(/^[\w-]+$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
  })

  it('shows the browser no secret in its environment, neither one that it reads nor another', async () => {
    const { desk, env } = await serve()
    const browser = join(directory(), 'browser.sh')
    const seen = join(directory(), 'seen')
    const file = join(directory(), 'secret')
    writeFileSync(file, secret)
    writeFileSync(browser, `#!/bin/sh\nenv > '${seen}-so-far'\nmv '${seen}-so-far' '${seen}'\n`)
    chmodSync(browser, 0o755)
    const names = ['CLIENT_SECRET', 'REFRESH_TOKEN', 'SUBJECT_TOKEN', 'ACTOR_TOKEN', 'ASSERTION', 'TOKEN']
    const unread = Object.fromEntries(names.map((name) => [`BEARWARD_${name}`, 's3cret']))
    const key = Buffer.alloc(32, 7).toString('base64')
    for (const [more, secrets] of [
      [[], { BEARWARD_CLIENT_SECRET: 's3cret', BEARWARD_STORE_KEY: key }],
      [['--client-secret-file', file, '--no-store'], { ...unread, BEARWARD_STORE_KEY: key }],
    ] as const) {
      rmSync(seen, { force: true })
      const login = start([...desk, '--grant', 'loopback', '--auth-method', 'none', ...more], {
        env: { ...env, BROWSER: browser, ...secrets },
      })
      await expect.poll(() => existsSync(seen)).toBe(true)
      expect(readFileSync(seen, 'utf8').match(/^BEARWARD_\w+/gm)).toEqual(['BEARWARD_STORE'])
      login.process.kill('SIGKILL')
    }
  })

  it('goes through a device code', async () => {
    const { desk, env, mock } = await serve({ deviceInterval: 1 })
    const login = start([...desk, '--grant', 'device'], { env })
    await expect.poll(login.stderr).toMatch(/^ {4}[A-Z]{4}-[A-Z]{4}$/m)
    mock.approveDevice(login.stderr().match(/^ {4}([A-Z]{4}-[A-Z]{4})$/m)?.[1] ?? '')
    const { code, stdout } = await login.ended
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\S+\n$/)
  })

  it('takes --offline-access for no device code, where the scope says it', async () => {
    const { desk, env, asked } = await serve()
    const { code, stdout, stderr } = await run([...desk, '--grant', 'device', '--offline-access'], { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^bearward: --offline-access .+ --scope .+\n$/)
    expect(asked('device_authorization')).toBe(0)
  })

  it('is asked for once by two runs at once', async () => {
    const { desk, env, asked } = await serve()
    const argv = [...desk, '--grant', 'loopback']
    const options = { env: { ...env, BROWSER: followingBrowser() } }
    const [one, other] = await Promise.all([run(argv, options), run(argv, options)])
    expect(one.stdout).toMatch(/^\S+\n$/)
    expect(other.stdout).toBe(one.stdout)
    expect(asked('authorize')).toBe(1)
  })

  it('is not begun where nobody is to be asked', async () => {
    const { desk, env, asked } = await serve()
    for (const argv of [desk, [...desk, '--grant', 'loopback', '--no-login']]) {
      const { code, stdout, stderr } = await run(argv, { env })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toBe('bearward: nobody is logged in, or no more: log in with --grant loopback or --grant device\n')
    }
    expect(asked('authorize')).toBe(0)
  })

  it('is ended, and revoked at the server', async () => {
    const { desk, env, asked } = await serve()
    const argv = [...desk, '--grant', 'loopback']
    await run(argv, { env: { ...env, BROWSER: followingBrowser() } })
    expect(await run([...desk, '--forget'], { env })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Ended, and forgotten.\n',
    })
    expect(asked('revocation')).toBe(1)
    expect((await run(desk, { env })).code).toBe(1)
  })

  it('shows its refresh token where it is not kept, and where that is wanted', async () => {
    const { desk, env } = await serve()
    const argv = [...desk, '--grant', 'loopback', '--json', '--show-refresh-token']
    const options = { env: { ...env, BROWSER: followingBrowser() } }
    const shown = await run([...argv, '--no-store'], options)
    expect(JSON.parse(shown.stdout).refreshToken).toMatch(/^\S+$/)
    expect(await run(argv, options)).toMatchObject({ code: 2, stdout: '' })
    expect(readdirSync(env.BEARWARD_STORE)).toEqual([])
  })

  it('that is interrupted while the browser is away ends with 130, and keeps nothing', async () => {
    const { desk, env, asked } = await serve()
    const login = start([...desk, '--grant', 'loopback'], { env })
    await expect.poll(login.stderr).toContain('Waiting')
    const port = decodeURIComponent(login.stderr()).match(/redirect_uri=http:\/\/127\.0\.0\.1:(\d+)/)?.[1]
    signal(login.process, 'SIGINT')
    expect(await login.ended).toMatchObject({ code: 130, stdout: '' })
    await expect(fetch(`http://127.0.0.1:${port}/callback`)).rejects.toThrow('fetch failed')
    expect((await run(desk, { env })).code).toBe(1)
    expect(asked('token')).toBe(0)
  })

  it('that is interrupted ends with 130', async () => {
    const { desk, env } = await serve()
    const login = start([...desk, '--grant', 'device'], { env })
    await expect.poll(login.stderr).toContain('Waiting')
    signal(login.process, 'SIGINT')
    const { code, stdout, stderr } = await login.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr).toMatch(/Cancelled\.\n$/)
  })
})

describe('a grant of bearward token', () => {
  it('exchanges a token', async () => {
    const { service, serviceEnv, mock } = await serve()
    const { accessToken } = mock.issue({ clientId: 'service', scope: 'read' })
    const env = { ...serviceEnv, BEARWARD_SUBJECT_TOKEN: accessToken }
    const { code, stdout } = await run([...service, '--grant', 'token-exchange', '--audience', 'api'], { env })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^\S+\n$/)
    expect(mock.requests.at(-1)?.form).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: 'api',
      subject_token: accessToken,
    })
  })

  it('is kept for each type of the tokens that are exchanged, and of the one that is wanted', async () => {
    const { service, serviceEnv, mock, asked } = await serve()
    const tokenOf = () => mock.issue({ clientId: 'service' }).accessToken
    const env = { ...serviceEnv, BEARWARD_SUBJECT_TOKEN: tokenOf(), BEARWARD_ACTOR_TOKEN: tokenOf() }
    const runs = [
      [],
      ['--subject-token-type', 'urn:ietf:params:oauth:token-type:access_token'],
      ['--actor-token-type', 'urn:ietf:params:oauth:token-type:access_token'],
      ['--requested-token-type', 'access_token'],
      [],
    ]
    const tokens = []
    for (const types of runs) {
      const { code, stdout } = await run([...service, '--grant', 'token-exchange', ...types], { env })
      expect(code).toBe(0)
      tokens.push(stdout)
    }
    expect(tokens[4]).toBe(tokens[0])
    expect(asked('token')).toBe(4)
  })

  it('is asked for with a key, for an assertion, and for what the details say', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }
    const { origin, server, env, mock } = await serve({
      clients: [{ clientId: 'keyed', jwks, tokenEndpointAuthMethod: 'private_key_jwt' }],
      assertionIssuers: { somebody: jwks },
    })
    const path = join(directory(), 'key.json')
    writeFileSync(path, JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256' }))
    const assertion = await new SignJWT({ iss: 'somebody', sub: 'user', aud: server.tokenEndpoint })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey)
    const details = [{ type: 'payment', amount: 5 }]
    const argv = [
      'token',
      '--issuer',
      origin,
      '--client-id',
      'keyed',
      '--client-key-file',
      path,
      '--client-key-id',
      'k',
    ]
    const more = ['--grant', 'jwt-bearer', '--authorization-details', JSON.stringify(details), '--json']
    const { code, stdout, stderr } = await run([...argv, ...more], { env: { ...env, BEARWARD_ASSERTION: assertion } })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout).authorizationDetails).toEqual(details)
    expect(mock.requests.at(-1)?.form).toMatchObject({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      assertion,
    })
  })

  it('lives from a refresh token, which two runs at once send but once', async () => {
    const { desk, env, mock, asked } = await serve()
    const { refreshToken = '' } = mock.issue({ clientId: 'desk' })
    const options = { env: { ...env, BEARWARD_REFRESH_TOKEN: refreshToken } }
    const argv = [...desk, '--grant', 'refresh']
    const [one, other] = await Promise.all([run(argv, options), run(argv, options)])
    expect(one).toMatchObject({ code: 0, stderr: '' })
    expect(other.stdout).toBe(one.stdout)
    expect(asked('token')).toBe(1)
  })

  it('lives from a refresh token, and from the next one in the next run', async () => {
    const { desk, env, mock, asked } = await serve()
    const { refreshToken = '' } = mock.issue({ clientId: 'desk' })
    const argv = [...desk, '--grant', 'refresh']
    const options = { env: { ...env, BEARWARD_REFRESH_TOKEN: refreshToken } }
    const first = await run(argv, options)
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect((await run(argv, options)).stdout).toBe(first.stdout)
    expect((await run([...argv, '--renew'], options)).code).toBe(0)
    expect(asked('token')).toBe(2)
  })

  it('keeps a session that it was told to renew, and could not', async () => {
    const { desk, env, mock } = await serve()
    const { refreshToken = '' } = mock.issue({ clientId: 'desk' })
    const argv = [...desk, '--grant', 'refresh']
    const options = { env: { ...env, BEARWARD_REFRESH_TOKEN: refreshToken } }
    const first = await run(argv, options)
    mock.fault('token', { type: 'error', error: 'temporarily_unavailable', status: 503 })
    const failed = await run([...argv, '--renew'], options)
    expect(failed).toMatchObject({ code: 1, stdout: '' })
    expect(failed.stderr).toMatch(/^bearward: .*temporarily_unavailable.*\n$/)
    const again = await run([...argv, '--renew'], options)
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).not.toBe(first.stdout)
  })

  it('is another one with the parameters that it wants', async () => {
    const grantType = 'urn:example:grant'
    const { service, serviceEnv, mock } = await serve({
      extensionGrants: { [grantType]: () => ({ subject: 'somebody' }) },
    })
    const env = { ...serviceEnv, PASSCODE: '1234' }
    const argv = ['--grant', grantType, '--parameter', 'place=here', '--parameter-env', 'passcode=PASSCODE']
    expect((await run([...service, ...argv], { env })).code).toBe(0)
    expect(mock.requests.at(-1)?.form).toMatchObject({
      grant_type: grantType,
      place: 'here',
      passcode: '1234',
    })
  })
})
