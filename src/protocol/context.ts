import type { Clock } from '../core/clock.js'
import type { DPoP } from '../core/proof.js'
import type { AuthorizationServer } from '../core/server.js'
import type { Target } from '../core/target.js'
import type { Token } from '../core/token.js'
import type { ChosenAuthentication } from './client-authentication.js'
import type { Answer, Message, SendOptions } from './message.js'

/** What a request needs to get through the door. */
export interface DoorContext {
  /** @default the runtime's own */
  readonly fetch: typeof globalThis.fetch
  /** @default the system's */
  readonly clock: Clock
  /** Milliseconds for one try of a request, the body of its answer included. @default 10_000 */
  readonly timeoutMs: number
  /** Allows plain `http` beyond loopback: whoever is on the way reads and changes what is sent. @default false */
  readonly allowInsecureRequests: boolean
}

/** Fills in what a caller leaves out. */
export type DoorOf = (options: Partial<DoorContext>) => DoorContext

export type SendProven = (
  context: ClientContext,
  write: () => Promise<Message>,
  options: SendOptions & {
    /** The key that a code or a refresh token in the message is bound to. */
    readonly keyThumbprint?: string | undefined
  },
) => Promise<Answer>

/** What a request for a token knows of the ID token that may come with it. */
export interface ExpectedIdToken {
  /** Of the authorization request. */
  readonly nonce?: string | undefined
  readonly maxAge?: number | undefined
  /** It was asked for, though no nonce tells. */
  readonly idTokenAsked?: boolean
  /** The token that is renewed: what the answer leaves out, it keeps. */
  readonly previous?: Partial<Token> | undefined
}

export type JudgedIdToken = Pick<Token, 'idToken' | 'idTokenClaims'>

/** Prepares for an ID token, and gives back the judge of the one that comes, or does not. */
export type ExpectIdToken = (
  context: ClientContext,
  expected: ExpectedIdToken & RequestOptions,
) => Promise<(idToken: string | undefined, accessToken: string) => Promise<JudgedIdToken>>

/** What every request of a client shares. */
export interface ClientContext extends DoorContext {
  readonly server: AuthorizationServer
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly authentication: ChosenAuthentication
  /** Judges the ID tokens of answers. Without it they are handed on as they come. */
  readonly expectIdToken?: ExpectIdToken | undefined
  /** Binds what the token endpoint grants to a key (RFC 9449). */
  readonly dpop?: DPoP | undefined
  /** Sends with a proof of that, in the stead of `send`. */
  readonly sendProven?: SendProven | undefined
  /** The client's connections have its certificate: it goes to the endpoints that ask for one (RFC 8705 §5). */
  readonly usesMutualTls: boolean
  /** A server that asks for more patience than this is told of in the error, not waited for. @default 30_000 */
  readonly longestWaitMs?: number
  /** How often a request is sent at most. @default 3 */
  readonly tries?: number
}

/** What any call that goes to a server may be given. */
export interface RequestOptions {
  /** Aborting rejects with the signal's reason; whether the server acted is then not known. */
  readonly signal?: AbortSignal
}

/** What a request to any endpoint may hold. */
export interface EndpointOptions extends RequestOptions {
  /** Vendor extras in the body. One that the SDK sets itself is refused. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** What a request for a token may hold, whatever the grant. */
export interface GrantOptions extends EndpointOptions, Target {}
