import { describe, expect, it } from 'vitest'
import type { ClientCredentialsSourceOptions, OAuthError } from '../../src/index.js'
import { settle } from '../fixtures/fake-clock.js'
import { fails, hangs, tokenServer } from './token-server.js'

describe('10,000 callers', () => {
  it('make one request on a cold cache', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => source.token()))
    expect(new Set(tokens).size).toBe(1)
    expect(server.sent).toHaveLength(1)
  })

  it('make one request at expiry', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await source.token()
    server.clock.set(server.clock.now() + 3_600_000)
    const tokens = await Promise.all(Array.from({ length: 10_000 }, () => source.token()))
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['at2']))
    expect(server.sent).toHaveLength(2)
  })
})

describe('two sources of one client', () => {
  it('share a token where they ask for the same', async () => {
    const server = tokenServer()
    const [one, two] = [['b', 'a', 'a'], 'a b'].map((scope) => server.client.clientCredentialsSource({ scope }))
    expect(await one?.token()).toBe(await two?.token())
    expect(server.sent).toHaveLength(1)
  })

  it('share parameters in any order', async () => {
    const server = tokenServer()
    const sources = [
      { audience: 'x', tenant: 'y' },
      { tenant: 'y', audience: 'x' },
    ].map((parameters) => server.client.clientCredentialsSource({ parameters }))
    await Promise.all(sources.map((source) => source.token()))
    expect(server.sent).toHaveLength(1)
  })

  it('share what is asked for, whatever is there as undefined', async () => {
    const server = tokenServer()
    const wanted = { scope: 'a', parameters: { tenant: 'y' } }
    const sources = [
      wanted,
      { ...wanted, authorizationDetails: undefined },
      { ...wanted, parameters: { tenant: 'y', audience: undefined } },
    ].map((options) => server.client.clientCredentialsSource(options as ClientCredentialsSourceOptions))
    await Promise.all(sources.map((source) => source.token()))
    expect(server.sent).toHaveLength(1)
  })

  it.each([
    [{ scope: 'a' }, { scope: 'b' }],
    [{ scope: 'a' }, { scope: 'a b' }],
    [{ scope: ['a', 'b'] }, { scope: 'ab' }],
    [{ scope: 'a' }, {}],
    [{ parameters: { audience: 'x' } }, { parameters: { audience: 'y' } }],
    [{ parameters: { a: 'b' } }, { scope: 'a' }],
    [{ scope: 'a' }, { scope: 'a', parameters: { audience: 'x' } }],
  ])('have each their own for %o and %o', async (one, two) => {
    const server = tokenServer()
    const tokens = await Promise.all(
      [one, two].map((options) => server.client.clientCredentialsSource(options).token()),
    )
    expect(tokens[0]?.accessToken).not.toBe(tokens[1]?.accessToken)
    expect(server.sent).toHaveLength(2)
  })

  it('share it as long as they are among the thousand that were asked for last', async () => {
    const server = tokenServer()
    const ask = (number: number) => server.client.clientCredentialsSource({ scope: `${number}` }).token()
    for (let number = 0; number < 1000; number++) await ask(number)
    await ask(0)
    expect(server.sent).toHaveLength(1000)
    await ask(1000)
    await ask(0)
    expect(server.sent).toHaveLength(1001)
    await ask(1)
    expect(server.sent).toHaveLength(1002)
  })

  it('of two clients share nothing', async () => {
    const [one, two] = [tokenServer(), tokenServer()]
    await Promise.all([one, two].map(({ client }) => client.clientCredentialsSource().token()))
    expect([one.sent.length, two.sent.length]).toEqual([1, 1])
  })
})

describe('an abort', () => {
  it('of one caller leaves the flight to the others', async () => {
    const server = tokenServer({ takesMs: 1000 })
    const source = server.client.clientCredentialsSource()
    const controller = new AbortController()
    const left = source.token({ signal: controller.signal })
    const stays = source.token()
    await settle()
    controller.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    expect((await server.clock.run(stays)).accessToken).toBe('at1')
    expect(server.sent).toHaveLength(1)
  })

  it('of the last caller cancels the request', async () => {
    const server = tokenServer()
    let cancelled = false
    server.next((sent, signal) => {
      signal?.addEventListener('abort', () => {
        cancelled = true
      })
      return hangs(sent, signal)
    })
    const source = server.client.clientCredentialsSource()
    const controllers = [new AbortController(), new AbortController()]
    const calls = Promise.allSettled(controllers.map(({ signal }) => source.token({ signal })))
    await settle()
    controllers[0]?.abort(new Error('one'))
    await settle()
    expect(cancelled).toBe(false)
    controllers[1]?.abort(new Error('two'))
    expect((await calls).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await settle()
    expect(cancelled).toBe(true)
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('of the last caller is no failure: nobody is told of one, and the next call waits for nothing', async () => {
    const events: string[] = []
    const server = tokenServer({ client: { onEvent: ({ type }) => events.push(type) } })
    server.next(hangs)
    const source = server.client.clientCredentialsSource()
    const controller = new AbortController()
    const call = source.token({ signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    await settle()
    expect((await source.token()).accessToken).toBe('at1')
    expect(events).toEqual(['requested', 'requested', 'renewed'])
  })

  it('never cancels a refresh token on its way', async () => {
    const server = tokenServer({ takesMs: 1000 })
    const session = server.client.sessionSource({ token: { refreshToken: 'rt0' } })
    const controller = new AbortController()
    const call = session.token({ signal: controller.signal })
    await settle()
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect((await server.clock.run(session.token())).accessToken).toBe('at1')
    expect(server.refreshTokens()).toEqual(['rt0'])
  })

  it('before the call sends nothing', async () => {
    const server = tokenServer()
    const source = server.client.clientCredentialsSource()
    await expect(source.token({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(server.sent).toHaveLength(0)
  })
})

describe('a flight that failed', () => {
  it('is never kept: the next caller makes a new one', async () => {
    const server = tokenServer()
    server.next(fails('server_error', 500))
    const source = server.client.clientCredentialsSource()
    await expect(source.token()).rejects.toMatchObject({ code: 'error_response', status: 500 })
    expect((await source.token()).accessToken).toBe('at1')
  })

  it('gives a thousand waiters errors of their own', async () => {
    const server = tokenServer()
    server.next(fails('server_error', 500))
    const source = server.client.clientCredentialsSource()
    const waiter = async () => await source.token()
    const results = await Promise.allSettled(Array.from({ length: 1000 }, waiter))
    const errors = results.map((result) => (result as PromiseRejectedResult).reason as OAuthError)
    expect(new Set(errors).size).toBe(1000)
    for (const error of errors)
      expect(error).toMatchObject({ code: 'error_response', status: 500, error: 'server_error' })
    expect(errors[7]?.stack).toContain('waiter')
    expect(server.sent).toHaveLength(1)
  })
})
