import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { browserCommands, systemBrowser } from '../../src/native/system-browser.js'
import { failureOf } from '../fixtures/failure-of.js'
import { startChild } from '../stores/child.js'

const url = 'https://as.test/authorize?a=1&calc&b=$(touch x)`id`|^%PATH%;\'"#end'
const { href } = new URL(url)

describe('the programs that may open a page', () => {
  it.each([
    ['darwin', {}, [['/usr/bin/open', href]]],
    ['linux', {}, [['xdg-open', href]]],
    [
      'linux',
      { WSL_DISTRO_NAME: 'Debian' },
      [
        ['wslview', href],
        ['xdg-open', href],
      ],
    ],
    ['android', {}, [['termux-open-url', href]]],
    ['win32', {}, [['C:\\Windows\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler', href]]],
    ['win32', { SystemRoot: 'D:\\Win' }, [['D:\\Win\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler', href]]],
    ['linux', { BROWSER: '/opt/my browser' }, [['/opt/my browser', href]]],
    ['darwin', { BROWSER: 'none' }, []],
  ])('on %s with %j', (platform, environment, commands) => {
    expect(browserCommands(href, platform, environment)).toEqual(commands)
  })

  it('are never a shell', () => {
    for (const platform of ['darwin', 'linux', 'win32', 'android']) {
      for (const [program] of browserCommands(href, platform, {})) expect(program).not.toMatch(/cmd|powershell|sh$/i)
    }
  })
})

describe('systemBrowser', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'browser-'))
  })
  afterAll(() => rm(folder, { recursive: true }))
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  /** Has `BROWSER` name a program that writes its arguments into a file, one a line. */
  const browserThat = async (ending: string): Promise<() => Promise<string>> => {
    const [program, heard] = [join(folder, 'browser'), join(folder, 'heard')]
    await writeFile(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${heard}'\n${ending}\n`)
    await chmod(program, 0o700)
    vi.stubEnv('BROWSER', program)
    return () => readFile(heard, 'utf8')
  }

  it('hands the URL on as one argument, whatever is in it', async () => {
    const heard = await browserThat('exit 0')
    await systemBrowser(url)
    expect(await heard()).toMatch(/^https:\/\/as\.test\/authorize\?a=1&calc&b=\S+#end\n$/)
  })

  it('leaves nothing in the URL that a shell behind the program would obey, as the one of wslview is', async () => {
    const heard = await browserThat('exit 0')
    await systemBrowser("https://as.test/it's/$(a)?b=$(calc)&c=`d`;'e'|{f}^&g=a%20b+c#$(h)'`i`")
    const opened = (await heard()).trim()
    expect(opened).not.toMatch(/[$()`'"|{}^<>\\\s]/)
    const { pathname, searchParams, hash } = new URL(opened)
    expect(decodeURIComponent(pathname)).toBe("/it's/$(a)")
    expect([...searchParams]).toEqual([
      ['b', '$(calc)'],
      ['c', "`d`;'e'|{f}^"],
      ['g', 'a b c'],
    ])
    expect(decodeURIComponent(hash)).toBe("#$(h)'`i`")
  })

  it('keeps the program alive until it is known whether a browser was opened', async () => {
    await browserThat('sleep 0.3')
    const child = await startChild('test/native/opening-child.ts')
    await child.said('opened')
    expect(await child.ended()).toBe(0)
  })

  it('keeps it alive no longer than the login for which it was opened', async () => {
    await browserThat('sleep 5')
    const child = await startChild('test/native/login-child.ts')
    expect(await child.ended()).toBe(0)
  })

  it('fails where the program fails, or is not there', async () => {
    await browserThat('exit 3')
    expect(await failureOf(systemBrowser(url))).toMatchObject({ code: 'unsupported' })
    vi.stubEnv('BROWSER', join(folder, 'nothing'))
    expect(await failureOf(systemBrowser(url))).toMatchObject({ code: 'unsupported' })
    vi.stubEnv('BROWSER', 'none')
    expect(await failureOf(systemBrowser(url))).toMatchObject({ code: 'unsupported' })
  })

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    '--help',
    'http://as.test/',
    'http://localhost:1@evil.test/',
    'http://127.0.0.1:x@evil.test/',
    'vscode://x',
    '',
  ])('opens no %j', async (bad) => {
    const heard = await browserThat('exit 0')
    await rm(join(folder, 'heard'), { force: true })
    await failureOf(systemBrowser(bad))
    await expect(heard()).rejects.toThrow('ENOENT')
  })

  it('opens http on loopback', async () => {
    const heard = await browserThat('exit 0')
    await systemBrowser('http://127.0.0.1:8080/login')
    expect(await heard()).toBe('http://127.0.0.1:8080/login\n')
  })
})
