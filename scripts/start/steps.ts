import {
  type AuthorizationRequest,
  type Client,
  type ClientCredentialsOptions,
  OAuthError,
  type OAuthErrorCode,
  type Token,
} from 'bearward'
import { createBrowser } from '../../test/oidc/browser.ts'
import type { Account } from './account.ts'
import { createMasking } from './masking.ts'
import { tellingFetch } from './wire.ts'

interface LoggedIn {
  readonly request: AuthorizationRequest
  readonly callback: Request
  readonly token: Token
}

interface Failure {
  readonly code: OAuthErrorCode
  readonly error?: string
  readonly status?: number
  /** @default true */
  readonly sent?: boolean
  /** The resource is closed to this token from then on. */
  readonly closes?: { readonly resource: string; readonly token: Token }
}

/** The steps that are walked along every server. Each throws unless it comes out as it should. */
export interface Steps {
  readonly step: Account['step']
  /** The fetch to hand to `createClient`: it tells what it carries. */
  readonly fetch: typeof globalThis.fetch
  /** Ends a token, and finds the resource closed to it. */
  revoke(client: Client, token: Token, resource: string): Promise<void>
  logIn(client: Client, options: { readonly redirectUri: string; readonly scope?: string }): Promise<LoggedIn>
  clientCredentials(client: Client, options?: ClientCredentialsOptions): Promise<Token>
  /** `rotates`: the server answers another refresh token. */
  refresh(client: Client, token: Token, rotates: boolean): Promise<Token>
  opens(resource: string, token: Token): Promise<void>
  fails(title: string, work: () => Promise<unknown>, failure: Failure): Promise<void>
}

const assert: (holds: boolean, otherwise: string) => asserts holds = (holds, otherwise) => {
  if (!holds) throw new Error(otherwise)
}

/** `visit` plays the user: it goes where the client sends one, and answers the callback. */
export const createSteps = ({ step, note }: Account, visit = createBrowser().visit): Steps => {
  const masking = createMasking()
  const tell = tellingFetch(note, masking)
  let requests = 0
  const fetch: typeof tell = (...request) => {
    requests++
    return tell(...request)
  }
  const statusWith = async (resource: string, { accessToken }: Token) =>
    (await fetch(resource, { headers: { authorization: `Bearer ${accessToken}` } })).status
  const assertClosed = async (resource: string, closed: Token) =>
    assert((await statusWith(resource, closed)) === 401, 'the resource did not refuse the token')
  const token = (title: string, work: () => Promise<Token>) => step(title, work, masking.token)
  return {
    step,
    fetch,
    logIn: (client, options) =>
      step(
        'A user logs in, and the code is exchanged with its PKCE verifier',
        async () => {
          const request = await client.authorizationRequest(options)
          const { pathname, searchParams } = new URL(request.url)
          note('→', `the browser goes to ${pathname}  ${masking.parameters(searchParams)}`)
          const callback = await visit(request.url)
          note('←', `the browser comes back  ${masking.parameters(new URL(callback.url).searchParams)}`)
          return { request, callback, token: await client.exchangeCode(callback, request) }
        },
        (loggedIn) => masking.token(loggedIn.token),
      ),
    clientCredentials: (client, options) =>
      token('The client asks for a token of its own', () => client.clientCredentials(options)),
    refresh: (client, previous, rotates) =>
      token(
        `The token is refreshed, and ${rotates ? 'the refresh token with it' : 'the refresh token is kept'}`,
        async () => {
          const renewed = await client.refresh(previous)
          assert(renewed.accessToken !== previous.accessToken, 'the access token is the old one')
          assert(!!renewed.refreshToken, 'the refresh token is lost')
          assert(
            (renewed.refreshToken !== previous.refreshToken) === rotates,
            'the refresh token is not the one expected',
          )
          return renewed
        },
      ),
    opens: async (resource, opened) => {
      await step('The token opens the protected resource', async () =>
        assert((await statusWith(resource, opened)) === 200, 'the resource did not let it in'),
      )
    },
    revoke: async (client, ended, resource) => {
      await step('The token is revoked, and the protected resource is closed to it', async () => {
        await client.revoke(ended)
        await assertClosed(resource, ended)
      })
    },
    fails: async (title, work, { code, error, status, sent = true, closes }) => {
      await step(
        title,
        async () => {
          const before = requests
          const failure: unknown = await work().then(
            () => new Error('it succeeded, and must not'),
            (thrown: unknown) => thrown,
          )
          if (!(failure instanceof OAuthError)) throw failure
          const found = { error: undefined, status: undefined, ...failure }
          assert(failure.code === code && found.error === error, `another error than expected: ${failure.message}`)
          assert(status === undefined || found.status === status, `not with status ${status}`)
          assert(requests > before === sent, sent ? 'nothing was sent' : 'something was sent')
          if (!sent) note('→', 'nothing')
          if (closes) await assertClosed(closes.resource, closes.token)
          return failure
        },
        (failure) =>
          `OAuthError, code ${failure.code}: ${'error' in failure ? `the server said ${failure.error}` : failure.message}`,
      )
    },
  }
}
