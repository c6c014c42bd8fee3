// The tool as its users run it: one process after the other, or two at once.
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createSurroundings, page, userCode } from './surroundings.ts'

/** Nothing here waits for long; a machine may. */
const timeout = 300_000

describe('the command-line tool', { timeout }, () => {
  let surroundings: Awaited<ReturnType<typeof createSurroundings>>
  before(async () => {
    surroundings = await createSurroundings()
  })
  after(() => surroundings.close())

  const run = (...argv: readonly string[]) => surroundings.start(...argv).ended()

  const files = async (): Promise<readonly string[]> => {
    const entries = await readdir(surroundings.home, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  }

  /** What the tool has sent that nobody else may know. */
  const secrets = (): readonly string[] => {
    const sent = surroundings.mock.requests.flatMap(({ headers, form }) => [
      headers.authorization?.replace('Bearer ', ''),
      form?.code,
      form?.code_verifier,
      form?.device_code,
      form?.refresh_token,
      form?.token,
    ])
    const some = sent.filter((secret) => secret !== undefined)
    assert.ok(some.length > 10)
    return some
  }

  it('says what to do when nobody is logged in', async () => {
    const { code, stdout, stderr } = await run('orders')
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.match(stderr, /not logged in: mytool login/)
    assert.equal(surroundings.mock.requests.length, 0)
  })

  it('logs in by the browser on the same machine', async () => {
    const { start, visit } = surroundings
    const login = start('login')
    const url = await login.says(page)
    assert.match(new URL(url).searchParams.get('redirect_uri') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    assert.match(await visit(url, { user: 'ada' }), /Logged in/)
    const { code, stdout, stderr } = await login.ended()
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' })
    assert.match(stderr, /You are Ada Lovelace/)
  })

  it('remembers the login', async () => {
    const who = await run('whoami')
    assert.deepEqual({ code: who.code, stdout: who.stdout }, { code: 0, stdout: 'Ada Lovelace\n' })
    const { code, stdout } = await run('orders')
    assert.equal(code, 0)
    assert.equal(JSON.parse(stdout).subject, 'ada')
    assert.equal(surroundings.journal('token').length, 1)
  })

  it('keeps it where other users of the machine cannot read it', { skip: process.platform === 'win32' }, async () => {
    const modes = await Promise.all((await files()).map(async (file) => (await stat(file)).mode & 0o777))
    assert.ok(modes.length > 0)
    assert.ok(modes.every((mode) => (mode & 0o077) === 0))
  })

  it('renews once when it is run twice at the same time', async () => {
    const { mock, journal } = surroundings
    const [{ headers: { authorization = '' } = {} } = {}] = journal('resource')
    mock.revoke(authorization.replace('Bearer ', ''))
    const both = await Promise.all([run('orders'), run('orders')])
    assert.deepEqual([...new Set(both.map(({ code }) => code))], [0])
    assert.equal(journal('token').filter(({ form }) => form?.grant_type === 'refresh_token').length, 1)
  })

  it('logs in by a code that is entered elsewhere', async () => {
    const { mock, start, journal } = surroundings
    const login = start('login', '--device')
    mock.approveDevice(await login.says(userCode), { user: 'user' })
    const { code, stdout, stderr } = await login.ended()
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' })
    assert.match(stderr, /You are A user/)
    assert.equal((await run('whoami')).stdout, 'A user\n')
    // The login of before is over at the server too.
    assert.ok(journal('revocation').length > 0)
  })

  it('says so when the user says no', async () => {
    const { mock, start, visit } = surroundings
    const here = start('login')
    await visit(await here.says(page), { deny: true })
    assert.equal((await here.ended()).code, 1)

    const elsewhere = start('login', '--device')
    mock.approveDevice(await elsewhere.says(userCode), { deny: true })
    const { code, stderr } = await elsewhere.ended()
    assert.equal(code, 1)
    assert.match(stderr, /refused/)
    // And who was logged in still is.
    assert.equal((await run('whoami')).stdout, 'A user\n')
  })

  it('prints nothing of a server that a terminal would obey', async () => {
    const { mock, start, visit } = surroundings
    const hostile = '\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{7f}\r\n'
    const login = start('login')
    await visit(await login.says(page), { user: `eve${hostile}` })
    const error = { type: 'error', error: 'invalid_request', errorDescription: `no ${hostile}` } as const
    mock.fault('device_authorization', error)
    const runs = [await login.ended(), await run('whoami'), await run('orders'), await run('login', '--device')]
    for (const { stdout, stderr } of runs) {
      assert.match(stdout + stderr, /owned/)
      assert.doesNotMatch((stdout + stderr).replaceAll('\n', ''), /\p{Cc}/u)
    }
    // What is read by a program is as the server has sent it.
    assert.equal(JSON.parse(runs[2]?.stdout ?? '').subject, `eve${hostile}`)
  })

  it('logs out here and at the server', async () => {
    const { journal } = surroundings
    const revoked = journal('revocation').length
    const { code, stderr } = await run('logout')
    assert.equal(code, 0)
    assert.match(stderr, /logged out/)
    assert.ok(journal('revocation').length > revoked)
    assert.equal((await run('orders')).code, 1)
    const kept = (await Promise.all((await files()).map((file) => readFile(file, 'utf8')))).join('')
    for (const secret of secrets()) assert.ok(!kept.includes(secret))
  })

  it('shows how it is used', async () => {
    for (const argv of [[], ['lgoin'], ['login', '--devcie'], ['orders', '--device'], ['logout', 'now']]) {
      const { code, stdout, stderr } = await run(...argv)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, `${argv}`)
      assert.match(stderr, /mytool login --device/)
    }
  })

  it('has printed no secret', async () => {
    const printed = await surroundings.printed()
    assert.match(printed, /Ada Lovelace/)
    for (const secret of secrets()) assert.ok(!printed.includes(secret))
  })
})
