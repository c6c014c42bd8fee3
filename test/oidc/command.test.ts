import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearward } from '../command/bearward.js'
import { createBrowser } from './browser.ts'
import { statusWith } from './log-in.ts'
import { clients, type RunningProvider, startProvider } from './provider.ts'

const { run, start, directory } = bearward()

describe('bearward token at a certified server', () => {
  let provider: RunningProvider
  beforeAll(async () => {
    provider = await startProvider()
  })
  afterAll(() => provider.close())

  it('gets a token that its resource takes, with a secret that needs encoding', async () => {
    const { clientId, clientSecret } = clients.awkward
    const env = { BEARWARD_STORE: directory(), BEARWARD_CLIENT_SECRET: clientSecret }
    const argv = ['token', '--issuer', provider.issuer, '--client-id', clientId, '--scope', 'read']
    const { code, stdout, stderr } = await run(argv, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await statusWith(provider.resource, { accessToken: stdout.trim() })).toBe(200)
  })

  it('logs a user in, and lives from the session after that', async () => {
    const env = { BEARWARD_STORE: directory() }
    const argv = ['token', '--issuer', provider.issuer, '--client-id', clients.native.clientId]
    const login = start([...argv, '--scope', 'openid read', '--grant', 'loopback', '--no-browser'], { env })
    await expect.poll(login.stderr).toMatch(/^ {4}http:\S+$/m)
    const callback = await createBrowser().visit(login.stderr().match(/^ {4}(\S+)$/m)?.[1] ?? '')
    expect(await (await fetch(callback)).text()).toContain('Logged in')
    const first = await login.ended
    expect(first.code).toBe(0)
    const renewed = await run([...argv, '--scope', 'openid read', '--renew'], { env })
    expect(renewed).toMatchObject({ code: 0, stderr: '' })
    expect(renewed.stdout).not.toBe(first.stdout)
    expect(provider.refreshes).toMatchObject({ refused: 0 })
    expect(await statusWith(provider.resource, { accessToken: renewed.stdout.trim() })).toBe(200)
  })
})
