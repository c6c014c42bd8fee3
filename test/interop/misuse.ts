import { expect, it } from 'vitest'
import type { MockAuthorizationServer } from '../../src/testing/index.js'
import { statusWith } from './mock.js'
import { approve } from './user.js'

/** What a client holds after a login. */
interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** A user who is back from the server, and what the client kept of the login. */
interface Login {
  /** Where the server sent the user back to. */
  readonly callback: string
  readonly verifier: string
  readonly state: string
}

/** What is wrong with a token request. */
export interface Wrong {
  /** The verifier of another login, or none. */
  readonly verifier?: 'another' | 'none'
  readonly redirectUri?: string
  readonly clientSecret?: string
  /** Another client of the same program sends it. */
  readonly client?: 'another'
}

/** A program that speaks OAuth by a client library, and can be told to misuse it. */
export interface Program {
  /** A protected resource of the server. */
  readonly resource: string
  /** Sends a user to the server with PKCE and state, and gets them back. */
  login(): Promise<Login>
  exchange(login: Login, wrong?: Wrong): Promise<Tokens>
  refresh(refreshToken: string): Promise<Tokens>
  /** The server's `error`, as the library tells it. */
  errorOf(thrown: unknown): string | undefined | Promise<string | undefined>
}

const refusal = async (program: Program, work: Promise<unknown>): Promise<string> => {
  const thrown = await work.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  )
  const error = await program.errorOf(thrown)
  if (error === undefined) throw thrown
  return error
}

/** Tests of what a server must catch, whichever client it comes from. */
export const catchesMisuse = (start: () => Promise<Program>): void => {
  const refusalOf = async (wrong: Wrong): Promise<string> => {
    const program = await start()
    return refusal(program, program.exchange(await program.login(), wrong))
  }

  it('a code that comes again is refused, and the tokens of its first use die', async () => {
    const program = await start()
    const login = await program.login()
    const first = await program.exchange(login)
    expect(await statusWith(program.resource, first.accessToken)).toBe(200)
    expect(await refusal(program, program.exchange(login))).toBe('invalid_grant')
    expect(await statusWith(program.resource, first.accessToken)).toBe(401)
    expect(await refusal(program, program.refresh(first.refreshToken))).toBe('invalid_grant')
  })

  it('a refresh token that was rotated away is refused, and the whole family dies', async () => {
    const program = await start()
    const first = await program.exchange(await program.login())
    const second = await program.refresh(first.refreshToken)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(await statusWith(program.resource, second.accessToken)).toBe(200)
    expect(await refusal(program, program.refresh(first.refreshToken))).toBe('invalid_grant')
    expect(await statusWith(program.resource, second.accessToken)).toBe(401)
    expect(await refusal(program, program.refresh(second.refreshToken))).toBe('invalid_grant')
  })

  it('a wrong verifier is refused', async () => {
    expect(await refusalOf({ verifier: 'another' })).toBe('invalid_grant')
  })

  it('a verifier that is missing is refused', async () => {
    expect(await refusalOf({ verifier: 'none' })).toBe('invalid_grant')
  })

  it('a redirect URI that is not that of the login is refused', async () => {
    expect(await refusalOf({ redirectUri: 'http://127.0.0.1:8400/elsewhere' })).toBe('invalid_grant')
  })

  it('a wrong secret is refused', async () => {
    expect(await refusalOf({ clientSecret: 'guessed' })).toBe('invalid_client')
  })

  it('the code of another client is refused', async () => {
    expect(await refusalOf({ client: 'another' })).toBe('invalid_grant')
  })
}

/** A test of a login that is begun with nothing that its client could know its own callback by. */
export const catchesUnguardedLogin = (urlOf: () => Promise<string | URL>): void => {
  it('a login with neither state nor PKCE nor nonce is refused before the user is asked', async () => {
    const { searchParams } = new URL(await approve(await urlOf()))
    expect(searchParams.get('error')).toBe('invalid_request')
    expect(searchParams.has('code')).toBe(false)
  })
}

/** What somebody does to a callback on its way, and who finds out: the client, or the token endpoint of the mock. */
type Tampering = Readonly<
  Record<'unsent_state' | 'no_state' | 'no_issuer' | 'injected_code' | 'repeated_code', 'client' | 'mock'>
>

/** Tests that no token comes of a callback that is not the one that the server gave. */
export const catchesTampering = (
  start: () => Promise<Program>,
  mockOf: () => MockAuthorizationServer,
  caughtBy: Tampering,
): void => {
  it.each(Object.entries(caughtBy) as [keyof Tampering, 'client' | 'mock'][])(
    'an altered callback gives no token: %s is caught by the %s',
    async (how, catcher) => {
      const program = await start()
      const mock = mockOf()
      mock.fault('authorize', { type: 'tampered_callback', how })
      const login = await program.login()
      const thrown = await program.exchange(login).then(
        () => undefined,
        (reason: unknown) => reason,
      )
      expect(thrown).toBeInstanceOf(Error)
      const sent = mock.requests.filter(({ endpoint }) => endpoint === 'token').map(({ status }) => status)
      expect(sent).toEqual(catcher === 'client' ? [] : [400])
      if (catcher === 'mock') expect(await program.errorOf(thrown)).toBe('invalid_grant')
    },
  )
}
