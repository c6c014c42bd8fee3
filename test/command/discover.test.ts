import { describe, expect, it } from 'vitest'
import { bearward } from './bearward.js'
import { servers } from './serve.js'

const { run, directory } = bearward()
const serve = servers()

describe('bearward discover', () => {
  it('says where the endpoints are and what the server can do', async () => {
    const { origin } = await serve()
    const { code, stdout, stderr } = await run(['discover', origin])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^ {2}issuer +${origin}$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^ {2}device authorization +${origin}/device_authorization$`, 'm'))
    expect(stdout).toMatch(/^ {2}PKCE +S256$/m)
    expect(stdout).toMatch(/^ {2}DPoP +ES256/m)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  it('says what is missing or odd', async () => {
    const { origin, mock } = await serve()
    const sound = await run(['discover', origin])
    expect(sound.stdout).not.toContain('no PKCE with S256')
    const fields = {
      code_challenge_methods_supported: ['plain'],
      response_types_supported: ['token'],
      grant_types_supported: ['password'],
      revocation_endpoint: undefined,
    }
    mock.fault('discovery', { type: 'fields', fields })
    const { stdout } = await run(['discover', origin])
    expect(stdout).toContain('! It has no PKCE with S256')
    expect(stdout).toContain('! It has no authorization codes: the implicit grant alone.')
    expect(stdout).toContain('! It takes passwords from clients')
    expect(stdout).toContain('! It has no revocation endpoint')
  })

  it('prints the server as JSON, which bearward token takes', async () => {
    const { origin, server } = await serve()
    const { stdout } = await run(['discover', origin, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ issuer: origin, tokenEndpoint: server.tokenEndpoint })
    const env = { BEARWARD_STORE: directory(), BEARWARD_CLIENT_SECRET: 'a-secret-of-the-client' }
    const argv = ['token', '--server-file', '-', '--client-id', 'service']
    expect((await run(argv, { env, stdin: stdout })).code).toBe(0)
  })

  it('reads the metadata of a protected resource, and of its servers', async () => {
    const { origin, resource } = await serve()
    const { code, stdout } = await run(['discover', '--resource', resource])
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^ {2}authorization servers +${origin}$`, 'm'))
    expect(stdout).toMatch(new RegExp(`^ {2}token +${origin}/token$`, 'm'))
  })

  it('prints nothing that a terminal obeys', async () => {
    const { origin, mock } = await serve()
    mock.fault('discovery', { type: 'fields', fields: { scopes_supported: ['\u001b[2Jread\u202e'] } })
    const { stdout } = await run(['discover', origin])
    expect(stdout).toMatch(/^ {2}scopes +\ufffd\[2Jread\ufffd$/m)
  })

  it.each([
    [
      'a page',
      'discovery=page',
      /^bearward: the server answered 502 with text\/html.*, which is no OAuth answer: .+\n$/,
    ],
    ['a redirect', 'discovery=redirect', /^bearward: the document redirects elsewhere: name its final URL\n$/],
    ['a flood', 'discovery=oversized', /^bearward: the answer is over 1 MiB\n$/],
    ['nothing', 'discovery=reset', /^bearward: the connection failed.*\n$/],
  ])('ends with 1 and one line where the answer is %s', async (_, fault, line) => {
    const { origin, mock } = await serve()
    mock.fault(`${fault}x9`)
    const { code, stdout, stderr } = await run(['discover', origin])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(line)
  })

  it('ends with 1 where there is no such document, and with 2 for what is no URL', async () => {
    const { origin, mock } = await serve()
    mock.fault('discovery', { type: 'status', status: 404 }, { times: 9 })
    const { code, stdout, stderr } = await run(['discover', origin])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^bearward: .+\n$/)
    expect((await run(['discover', 'nothing'])).code).toBe(2)
    expect((await run(['discover'])).code).toBe(2)
  })
})
