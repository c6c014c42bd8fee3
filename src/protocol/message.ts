// What goes through the door, and what comes back.

/** What goes out in one try; written anew for each, because a client assertion works once. */
export interface Message {
  readonly url: string
  readonly headers: Headers
  /** What is posted, if anything is: a form, or JSON as text. Absent: a GET. */
  readonly form?: URLSearchParams | string
  /** A redirect is an answer, whose `location` the caller judges. @default refused */
  readonly seesRedirects?: boolean
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** Epoch milliseconds at which the try that was answered was sent: what a lifetime counts from. */
  readonly sentAt: number
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined
  /** The message holds a code or a refresh token: it is sent again only when it surely was not processed. */
  readonly singleUse: boolean
}
