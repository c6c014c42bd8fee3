import type { Token } from './token.js'

/** What gives tokens: every `TokenSource` does. */
export interface Giver {
  token(options?: { readonly signal?: AbortSignal; readonly rejected?: Token }): Promise<Token>
}

/**
 * A text, or what gives the newest one: a function, which is called for every try of a request, or a `TokenSource`, whose
 * token is taken. One that is refused is renewed, and tried once more.
 */
export type Given = string | (() => string | Promise<string>) | Giver

/** Whether what it gives may be another one each time, and another user's. */
export const isGiving = (given: unknown): given is Exclude<Given, string> =>
  typeof given === 'function' || typeof (given as Giver | undefined)?.token === 'function'
