import { afterEach, describe, expect, it, vi } from 'vitest'
import { type DevicePromptOptions, devicePrompt } from '../../src/cli/index.js'
import { createClient } from '../../src/index.js'
import { createManualClock, createMockAuthorizationServer, type MockFault } from '../../src/testing/index.js'
import { failureOf } from '../fixtures/failure-of.js'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A prompt that has been printed, and whose user has done nothing yet; `fields` are put into what the server answers. */
const begin = async (options: DevicePromptOptions = {}, ...faults: MockFault[]) => {
  const clock = createManualClock()
  const mock = createMockAuthorizationServer({ clients: [{ clientId: 'tool' }], clock })
  for (const fault of faults) mock.fault('device_authorization', fault)
  const client = createClient({ server: mock.server, clientId: 'tool', fetch: mock.fetch, clock })
  let text = ''
  const write = (more: string) => {
    text += more
  }
  const login = devicePrompt(client, { output: { write }, ...options })
  login.catch(() => {})
  await expect.poll(() => text).not.toBe('')
  await clock.advance(0)
  const userCode = text.match(/^ {4}([A-Z]{4}-[A-Z]{4})$/m)?.[1] ?? ''
  return { clock, mock, login, userCode, text: () => text, lastLine: () => text.trimEnd().split('\n').at(-1) }
}

const sending = (fields: Readonly<Record<string, unknown>>): MockFault => ({ type: 'fields', fields })

describe('a device prompt', () => {
  it('says where to go and what to enter, waits, and says that it is done', async () => {
    const { clock, mock, login, userCode, text } = await begin({ scope: 'read' })
    const before = text()
    mock.approveDevice(userCode)
    expect(await clock.run(login)).toMatchObject({ scope: 'read' })
    expect(before).toBe(
      [
        'To log in, open this page in a browser, on this device or another:',
        '',
        '    https://as.test/device',
        '',
        'and enter this code:',
        '',
        `    ${userCode}`,
        '',
        'Or open this one, and compare the code:',
        '',
        `    https://as.test/device?user_code=${userCode}`,
        '',
        'It is good for 10 minutes. Waiting ...',
        '',
        '',
      ].join('\n'),
    )
    expect(text()).toBe(`${before}Logged in.\n`)
  })

  it('leaves out what the server does not send', async () => {
    const { text } = await begin({}, sending({ verification_uri_complete: undefined, expires_in: 30 }))
    expect(text()).not.toContain('Or open')
    expect(text()).toContain('It is good for 1 minute. Waiting')
  })

  it('prints to standard error unless it is told otherwise', async () => {
    const error = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const out = vi.spyOn(process.stdout, 'write')
    const mock = createMockAuthorizationServer({ clients: [] })
    const client = createClient({ server: mock.server, clientId: 'tool', fetch: mock.fetch })
    expect(await failureOf(devicePrompt(client))).toMatchObject({ error: 'invalid_client' })
    expect(error).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^The login failed: .*invalid_client.*\n$/))
    expect(out).not.toHaveBeenCalled()
  })

  it('prints to the console where there is no standard error', async () => {
    vi.stubGlobal('process', undefined)
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    const signal = AbortSignal.abort(new Error('enough'))
    const client = { deviceAuthorization: async () => signal.throwIfAborted() as never }
    await expect(devicePrompt(client, { signal })).rejects.toThrow('enough')
    expect(error).toHaveBeenCalledExactlyOnceWith('Cancelled.')
  })

  it.each([
    [true, 'The login was refused.', 'access_denied'],
    ['authorization_declined', 'The login was refused.', 'authorization_declined'],
    [
      'server_error',
      'The login failed: the server answered 400 server_error: the user did not approve',
      'server_error',
    ],
  ])('says so where the user has said %j, and fails', async (deny, line, error) => {
    const { clock, mock, login, userCode, lastLine } = await begin()
    mock.approveDevice(userCode, { deny })
    expect(await failureOf(clock.run(login))).toMatchObject({ error })
    expect(lastLine()).toBe(line)
  })

  it('says so where the user took too long', async () => {
    const { clock, login, lastLine } = await begin()
    await clock.advance(600_000)
    expect(await failureOf(login)).toMatchObject({ error: 'expired_token' })
    expect(lastLine()).toBe('The code has expired. Start again for a new one.')
  })

  it('stops at once where it is cancelled, and says so', async () => {
    const cancelling = new AbortController()
    const { clock, mock, login, lastLine } = await begin({ signal: cancelling.signal })
    cancelling.abort(new Error('Ctrl-C'))
    await expect(login).rejects.toThrow('Ctrl-C')
    expect(lastLine()).toBe('Cancelled.')
    await clock.advance(60_000)
    expect(mock.requests).toHaveLength(1)
  })
})

describe('what a server sends', () => {
  const hostile = '\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\r\n\u{202e}\u{200b}\u{2028}'

  it.each(['user_code', 'verification_uri', 'verification_uri_complete'])(
    'cannot move the cursor, nor turn the text round: %s',
    async (field) => {
      const { text } = await begin({}, sending({ [field]: `https://as.test/${hostile}` }))
      expect(text()).toMatch(/^ {4}https:\/\/as\.test\/\u{fffd}\]0;owned\u{fffd}\u{fffd}\[2J\u{fffd}31m\u{fffd}{5}$/mu)
      expect(text().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
    },
  )

  it('cannot do so in an error', async () => {
    const fault: MockFault = { type: 'error_in_200', error: 'invalid_request', errorDescription: `no ${hostile}` }
    const { login, text } = await begin({}, fault)
    await expect(login).rejects.toMatchObject({ error: 'invalid_request' })
    expect(text()).toContain('The login failed: the server answered 200 invalid_request: no \u{fffd}]0;owned')
    expect(text().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]/u)
  })

  it('does not fill the screen', async () => {
    const { text } = await begin({}, sending({ verification_uri: `https://as.test/${'a'.repeat(100_000)}` }))
    expect(text().length).toBeLessThan(5000)
  })
})

describe('a device prompt that opens the page', () => {
  it('opens the complete one, else the other, and waits on', async () => {
    const opened: string[] = []
    const open = (url: string) => opened.push(url)
    const { userCode } = await begin({ open })
    await begin({ open }, sending({ verification_uri_complete: undefined }))
    expect(opened).toEqual([`https://as.test/device?user_code=${userCode}`, 'https://as.test/device'])
  })

  it('opens http on loopback, where tests are', async () => {
    const opened: string[] = []
    const open = (url: string) => opened.push(url)
    await begin({ open }, sending({ verification_uri_complete: 'http://127.0.0.1:8400/device' }))
    expect(opened).toEqual(['http://127.0.0.1:8400/device'])
  })

  it.each(['http://as.test/device', 'file:///etc/passwd', 'javascript:alert(1)', '/device', '--help'])(
    'does not open %j, says so, and goes on',
    async (uri) => {
      const open = () => expect.fail('it was opened')
      const fields = { verification_uri: uri, verification_uri_complete: undefined }
      const { clock, mock, login, userCode, lastLine } = await begin({ open }, sending(fields))
      expect(lastLine()).toBe('The page was not opened, because it is not https.')
      mock.approveDevice(userCode)
      expect((await clock.run(login)).accessToken).toMatch(/^access-/)
    },
  )

  it('goes on where it cannot be opened', async () => {
    const open = () => Promise.reject(new Error('there is no browser'))
    const { clock, mock, login, userCode, lastLine } = await begin({ open })
    expect(lastLine()).toBe('The page could not be opened here.')
    mock.approveDevice(userCode)
    await clock.run(login)
    expect(lastLine()).toBe('Logged in.')
  })
})
