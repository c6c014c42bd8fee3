/** What a contender is pointed at. The same for all of them. */
export interface Settings {
  readonly tokenEndpoint: string
  /** The API's URL: the only place that a token goes to. */
  readonly api: string
  readonly clientId: string
  readonly clientSecret: string
  /** For those who want to be told how long before its expiry a token is renewed. */
  readonly marginMs: number
  /** For those who have an option for it. */
  readonly timeoutMs?: number
}

/** A login that a session starts from, in the words of the wire. */
export interface Login {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
}

/** A program that holds one token, written as the contender's own documentation shows. */
export interface Holder {
  /** The token, as a program asks for it; absent where the contender offers only requests that carry it. */
  readonly token?: () => Promise<unknown>
  /** The same without a promise. */
  readonly current?: () => unknown
  /** An authorized GET, its body read: answers the status. */
  get(url: string): Promise<number>
}

export interface Contender {
  readonly name: string
  /** What of it is not the library's own. */
  readonly remark?: string
  /** Its client credentials are its user's own code: what it does in trouble is seen in a session. */
  readonly mainly?: 'session'
  /** Client credentials. */
  service(settings: Settings): Holder | Promise<Holder>
  /** A user's session, with rotating refresh tokens; absent where there is no such thing. */
  session?(settings: Settings, login: Login): Holder | Promise<Holder>
}
