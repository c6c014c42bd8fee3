// The client as it is run from a shell, against an MCP server of the official SDK and the mock.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createSurroundings, documentUrl } from './surroundings.ts'

type Surroundings = Awaited<ReturnType<typeof createSurroundings>>

/** Nothing here waits for long; a machine may. */
const timeout = 300_000

/** Renames the window of a terminal, clears it, turns it red, and begins a line of its own. */
const hostile = '\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{7f}\r\n'

describe('the MCP client', { timeout }, () => {
  let surroundings: Surroundings
  before(async () => {
    surroundings = await createSurroundings()
  })
  after(() => surroundings.close())

  const run = (...argv: readonly string[]) => surroundings.start(...argv).ended()

  it('walks from a 401 to an answer, with nothing configured', async () => {
    const { mock, server, start, page, visit, asked } = surroundings
    const client = start()
    const url = await page(client)
    const wanted = new URL(url).searchParams
    assert.equal(wanted.get('resource'), server.url)
    assert.equal(wanted.get('scope'), 'notes:read')
    assert.equal(wanted.get('code_challenge_method'), 'S256')
    await visit(url)
    const { code, stdout, stderr } = await client.ended()
    assert.equal(code, 0, stderr)
    assert.equal(stdout, 'list  Lists your notes\nadd  Adds a note\n')
    assert.deepEqual(
      asked().filter((endpoint) => endpoint !== 'jwks'),
      ['discovery', 'registration', 'authorize', 'token'],
    )
    assert.equal(mock.requests.find(({ endpoint }) => endpoint === 'token')?.form?.resource, server.url)
  })

  it('asks nobody again in its next run', async () => {
    const { stdout, stderr, code } = await run('list')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.deepEqual(JSON.parse(stdout), [{ type: 'text', text: 'the notes of ada' }])
    const once = surroundings.asked().filter((endpoint) => ['registration', 'authorize', 'token'].includes(endpoint))
    assert.deepEqual(once, ['registration', 'authorize', 'token'])
  })

  it('asks the user for what a tool needs beyond that', async () => {
    const { start, page, visit } = surroundings
    const client = start('add', '{"text":"buy milk"}')
    const url = await page(client)
    assert.deepEqual(new URL(url).searchParams.get('scope')?.split(' ').sort(), ['notes:read', 'notes:write'])
    await visit(url)
    const { stdout, code, stderr } = await client.ended()
    assert.equal(code, 0, stderr)
    assert.deepEqual(JSON.parse(stdout), [{ type: 'text', text: 'ada has noted: buy milk' }])
    assert.equal((await run('add', '{"text":"and bread"}')).stderr, '')
  })

  it('renews a token that the server takes no more, and asks nobody', async () => {
    const { mock, server } = surroundings
    server.refuse(server.lastToken())
    const { code, stderr } = await run('list')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const grants = mock.requests.flatMap(({ form }) => form?.grant_type ?? [])
    assert.equal(grants.filter((grant) => grant === 'refresh_token').length, 1)
  })

  it('has the user log in again when the session is over', async () => {
    const { mock, server, start, page, visit } = surroundings
    const over = mock.fault('token[refresh_token]=invalid_grant')
    server.refuse(server.lastToken())
    const client = start('list')
    await visit(await page(client), 'eve')
    const { stdout, code, stderr } = await client.ended()
    over.remove()
    assert.equal(code, 0, stderr)
    assert.match(stdout, /the notes of eve/)
  })

  it('prints nothing of a tool that a terminal would obey', async () => {
    const { server } = surroundings
    server.append(hostile)
    const [tools, notes] = [await run(), await run('list')]
    server.append('')
    assert.match(tools.stdout, /^list {2}Lists your notes.*owned.*\nadd {2}Adds a note\n$/)
    for (const { stdout } of [tools, notes]) assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u)
    assert.equal(JSON.parse(notes.stdout)[0].text, `the notes of eve${hostile}`)
  })

  it('sends nobody anywhere for a server that says it is another one', async () => {
    const { server, asked } = surroundings
    const before = asked().length
    server.pretend('https://bank.example.com/')
    const { code, stderr } = await run('list')
    server.pretend(server.url)
    assert.equal(code, 1)
    assert.match(stderr, /resource/)
    assert.equal(asked().length, before)
  })
})

it('is known by its document where the authorization server reads it', { timeout }, async (context) => {
  const { start, page, visit, asked, close } = await createSurroundings({ readsDocuments: true })
  context.after(close)
  const client = start('list')
  const url = await page(client)
  assert.equal(new URL(url).searchParams.get('client_id'), documentUrl)
  await visit(url)
  const { code, stderr } = await client.ended()
  assert.equal(code, 0, stderr)
  assert.ok(!asked().includes('registration'))
})

describe('a registration', { timeout }, () => {
  /** A run whose user is asked, and agrees. */
  const agreed = async ({ start, page, visit }: Surroundings) => {
    const client = start('list')
    await visit(await page(client))
    return client.ended()
  }
  const registrations = ({ asked }: Surroundings) => asked().filter((endpoint) => endpoint === 'registration').length

  it('is made anew when its secret has expired', async (context) => {
    const surroundings = await createSurroundings()
    const { mock, start, close } = surroundings
    context.after(close)
    mock.fault('registration', { type: 'fields', fields: { client_secret_expires_at: 1 } })
    assert.equal((await agreed(surroundings)).code, 0)
    assert.equal((await agreed(surroundings)).code, 0)
    assert.equal(registrations(surroundings), 2)
    assert.equal((await start('list').ended()).code, 0)
    assert.equal(registrations(surroundings), 2)
  })

  it('is made anew after the server has said that it knows no such client', async (context) => {
    const surroundings = await createSurroundings()
    const { mock, close } = surroundings
    context.after(close)
    mock.fault('token', { type: 'fields', fields: { expires_in: 0 } })
    mock.fault('token[refresh_token]=invalid_client')
    assert.match((await agreed(surroundings)).stderr, /invalid_client/)
    assert.equal((await agreed(surroundings)).code, 0)
    assert.equal(registrations(surroundings), 2)
  })
})

it('prints nothing of an error that a terminal would obey', { timeout }, async (context) => {
  const { mock, start, close } = await createSurroundings()
  context.after(close)
  mock.fault('registration', { type: 'error', error: 'invalid_client_metadata', errorDescription: `no ${hostile}` })
  const { code, stderr } = await start().ended()
  assert.equal(code, 1)
  assert.match(stderr, /invalid_client_metadata: no .*owned.*\n$/)
  assert.doesNotMatch(stderr.replaceAll('\n', ''), /\p{Cc}/u)
})
