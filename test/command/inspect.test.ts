import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../src/index.js'
import { bearward } from './bearward.js'
import { secret, servers } from './serve.js'

const { run, directory } = bearward()
const serve = servers()

const key = new TextEncoder().encode('a key of nobody in particular, 32')

const signed = (claims: Record<string, unknown>) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key)

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

/** A mock, and an ID token of it: a JWT whose key it names. */
const withIdToken = async () => {
  const served = await serve()
  const client = createClient({ server: served.server, clientId: 'desk' })
  const request = await client.authorizationRequest({ redirectUri: 'http://127.0.0.1/callback', scope: 'openid' })
  const { idToken = '' } = await client.exchangeCode(await served.mock.authorize(request.url), request)
  return { ...served, idToken }
}

describe('bearward inspect', () => {
  it('shows what is in a JWT, and does not say that it is genuine', async () => {
    const token = await signed({ iss: 'https://as.test', sub: 'somebody', exp: inSeconds(750), roles: ['a', 'b'] })
    const { code, stdout, stderr } = await run(['inspect'], { stdin: `${token}\n` })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^A JWT\.$/m)
    expect(stdout).toMatch(/^ {2}sub +somebody$/m)
    expect(stdout).toMatch(/^ {2}roles +a, b$/m)
    expect(stdout).toMatch(/^ {2}exp +20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, in 12 minutes$/m)
    expect(stdout).toMatch(/^✓ Expires in 12 minutes\.$/m)
    expect(stdout).toMatch(/^! Signature not verified/m)
  })

  it('shows a claim whole, however long it is', async () => {
    const roles = Array.from({ length: 300 }, (_, n) => `role-${n}`)
    const { stdout } = await run(['inspect'], { stdin: await signed({ roles }) })
    expect(stdout.replace(/\s+/g, ' ')).toContain(` roles ${roles.join(', ')} `)
  })

  it('reads the token from a variable or a file, and from no argument', async () => {
    const token = await signed({ sub: 'somebody' })
    const path = join(directory(), 'token')
    writeFileSync(path, token)
    expect((await run(['inspect'], { env: { BEARWARD_TOKEN: token } })).stdout).toContain('somebody')
    expect((await run(['inspect', '--token-env', 'MINE'], { env: { MINE: token } })).stdout).toContain('somebody')
    expect((await run(['inspect', '--token-file', path])).stdout).toContain('somebody')
    for (const argv of [[token], ['--token', token], [`--token=${token}`]]) {
      const { code, stdout, stderr } = await run(['inspect', ...argv])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).not.toContain(token)
    }
  })

  it('never shows a token whole, nor its signature', async () => {
    const token = await signed({ sub: 'somebody' })
    const signature = token.split('.')[2] ?? ''
    const opaque = 'an-opaque-token-that-is-secret'
    for (const argv of [['inspect'], ['inspect', '--json']]) {
      expect((await run(argv, { stdin: token })).stdout).not.toContain(signature)
      expect((await run(argv, { stdin: opaque })).stdout).not.toContain(opaque)
    }
  })

  it('verifies the signature with the keys of the server', async () => {
    const { origin, idToken } = await withIdToken()
    const { code, stdout } = await run(['inspect', '--issuer', origin], { stdin: idToken })
    expect(stdout).toMatch(/^✓ Signature verified with the keys of the server\.$/m)
    expect(code).toBe(0)
  })

  it('ends with 1 for a token that somebody else has signed', async () => {
    const { origin, idToken, mock } = await withIdToken()
    const other = await withIdToken()
    const foreign = await run(['inspect', '--issuer', origin], { stdin: other.idToken })
    expect(foreign.stdout).toMatch(/^✗ Signature wrong: /m)
    expect(foreign.code).toBe(1)
    const [header, , signature] = idToken.split('.')
    const changed = [header, btoa(JSON.stringify({ iss: origin, sub: 'root' })).replace(/=+$/, ''), signature].join('.')
    expect((await run(['inspect', '--issuer', origin], { stdin: changed })).code).toBe(1)
    mock.rotateKeys({ keepOld: false })
    expect((await run(['inspect', '--issuer', origin], { stdin: idToken })).code).toBe(1)
  })

  it('ends with 1 for one that names another issuer than the server whose keys verify it', async () => {
    const { server, idToken } = await withIdToken()
    const path = join(directory(), 'server.json')
    writeFileSync(path, JSON.stringify({ ...server, issuer: 'https://as.test' }))
    const { code, stdout } = await run(['inspect', '--server-file', path], { stdin: idToken })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ Signature wrong: the token names another issuer than the server\.$/m)
  })

  it.each([
    ['is not there', 'jwks=404', 'the server answered 404'],
    ['breaks off', 'jwks=reset', '(read ECONNRESET|other side closed)'],
    ['is cut', 'jwks=truncated', 'the answer is no JSON'],
    ['is elsewhere', 'jwks=redirect', 'unexpected redirect'],
    ['is huge', 'jwks=oversized', 'the answer is over 1 MiB'],
  ])('ends with 1 where the key set of the server %s, and says so', async (_, fault, why) => {
    const { origin, server, idToken, mock } = await withIdToken()
    mock.fault(fault)
    const { code, stdout, stderr } = await run(['inspect', '--issuer', origin, '--json'], { stdin: idToken })
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' })
    const { signature, reason } = JSON.parse(stdout)
    expect(signature).toBe('not verified')
    expect(reason).toMatch(new RegExp(`^the key set at ${server.jwksUri} cannot be had: ${why}$`))
  })

  it('ends with 1 for one that nobody has signed, unless the server itself says that it is active', async () => {
    const unsigned = (claims: object) => `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.`.replace(/=/g, '')
    const { origin, mock } = await serve({ accessTokenFormat: 'jwt' })
    const { code, stdout } = await run(['inspect', '--issuer', origin], { stdin: unsigned({ iss: origin }) })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ Signature not verified: /m)
    mock.fault('jwks=503')
    const { accessToken } = mock.issue({ clientId: 'service' })
    const argv = ['inspect', '--issuer', origin, '--client-id', 'service']
    const active = await run(argv, { env: { BEARWARD_CLIENT_SECRET: secret }, stdin: accessToken })
    expect(active.stdout).toMatch(/^! Signature not verified: /m)
    expect(active.code).toBe(0)
  })

  it('ends with 1 for one that has expired', async () => {
    const { code, stdout } = await run(['inspect'], { stdin: await signed({ exp: inSeconds(-7300) }) })
    expect(code).toBe(1)
    expect(stdout).toMatch(/^✗ Expired 2 hours ago\.$/m)
  })

  it.each([
    ['1e999', 0, /^✓ Expires in [\d,]+ days\.$/m],
    ['1e300', 0, /^✓ Expires in [\d,]+ days\.$/m],
    ['-1e999', 1, /^✗ Expired [\d,]+ days ago\.$/m],
  ])('shows all of one whose expiry is beyond all dates: %s', async (exp, code, judged) => {
    const claims = `{"sub":"somebody","exp":${exp},"iat":${exp}}`
    const token = `${btoa('{"alg":"HS256"}')}.${btoa(claims)}.AAAA`.replace(/=/g, '')
    const shown = await run(['inspect'], { stdin: token })
    expect(shown).toMatchObject({ code, stderr: '' })
    expect(shown.stdout).toMatch(/^ {2}sub +somebody$/m)
    expect(shown.stdout).toMatch(judged)
    const { expiresAt, expiresIn } = JSON.parse((await run(['inspect', '--json'], { stdin: token })).stdout)
    expect(new Date(expiresAt).getTime()).toBe(expiresAt)
    expect(expiresIn).toBeTypeOf('number')
  })

  it('asks the server about an opaque one', async () => {
    const { origin, mock } = await serve()
    const { accessToken } = mock.issue({ clientId: 'service', scope: 'read' })
    const argv = ['inspect', '--issuer', origin, '--client-id', 'service']
    const options = { env: { BEARWARD_CLIENT_SECRET: secret }, stdin: accessToken }
    const active = await run(argv, options)
    expect(active).toMatchObject({ code: 0, stderr: '' })
    expect(active.stdout).toMatch(/^ {2}scope +read$/m)
    expect(active.stdout).toMatch(/^✓ Active, says the server\.$/m)
    mock.revoke(accessToken)
    const revoked = await run(argv, options)
    expect(revoked.code).toBe(1)
    expect(revoked.stdout).toMatch(/^✗ Not active, says the server\.$/m)
  })

  it('prints what it found as JSON', async () => {
    const exp = inSeconds(600)
    const { stdout } = await run(['inspect', '--json'], { stdin: await signed({ sub: 'somebody', exp }) })
    expect(JSON.parse(stdout)).toEqual({
      format: 'jwt',
      expiresAt: exp * 1000,
      expiresIn: expect.toSatisfy((seconds: number) => seconds > 590 && seconds <= 600),
      signature: 'not verified',
      header: { alg: 'HS256' },
      claims: { sub: 'somebody', exp },
    })
    expect(JSON.parse((await run(['inspect', '--json'], { stdin: 'opaque' })).stdout)).toEqual({ format: 'opaque' })
  })

  it('prints nothing that a terminal obeys', async () => {
    const { stdout } = await run(['inspect'], { stdin: await signed({ sub: '\u001b]0;title\u0007', 'a\u001b[2J': 1 }) })
    expect([...stdout].filter((letter) => letter < ' ' && letter !== '\n')).toEqual([])
    expect(stdout).toContain('\ufffd]0;title\ufffd')
  })

  it.each([
    ['"a\\u001b[2Jb"', 'A JWT of type a\ufffd[2Jb.'],
    ['{"toString":1}', 'A JWT.'],
  ])('obeys no type of a token either: %s', async (typ, kind) => {
    const token = `${btoa(`{"alg":"HS256","typ":${typ}}`)}.${btoa('{}')}.AAAA`.replace(/=/g, '')
    expect((await run(['inspect'], { stdin: token })).stdout.split('\n')[0]).toBe(kind)
  })
})
