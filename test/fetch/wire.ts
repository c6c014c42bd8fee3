import type { Token, TokenOptions, TokenSource } from '../../src/index.js'

/** One request as an API sees it. */
interface Seen {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly authorization: string | null
  readonly body: string
  readonly redirect: RequestRedirect
}

type Answer = Response | Error | ((seen: Seen) => Response | Promise<Response>)

export interface Wire {
  readonly seen: readonly Seen[]
  readonly fetch: typeof globalThis.fetch
}

/** A fetch that answers as it is told, one answer a request, and reads every request as the runtime's own would. */
export const wire = (...answers: Answer[]): Wire => {
  const seen: Seen[] = []
  return {
    seen,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { url, method, headers, redirect } = request
      const one = { url, method, headers, redirect, authorization: headers.get('authorization') }
      const arrived = { ...one, body: await request.text() }
      seen.push(arrived)
      const answer = answers[seen.length - 1]
      if (!answer) throw new Error('nothing more was to be sent')
      if (answer instanceof Error) throw answer
      return typeof answer === 'function' ? answer(arrived) : answer
    },
  }
}

export const ok = (): Response => new Response('ok')

/** A 401; a bare one without a challenge. */
export const unauthorized = (challenge?: string, body: BodyInit | null = null): Response =>
  new Response(body, { status: 401, headers: challenge === undefined ? {} : { 'www-authenticate': challenge } })

export const tokenOf = (accessToken: string): Token => ({ accessToken, tokenType: 'Bearer', raw: {} })

export interface ScriptedSource extends TokenSource {
  /** What it was asked, in order. */
  readonly asked: readonly (TokenOptions | undefined)[]
}

/** A source with the one method: the first token until it is refused, then the next; the last one stays. */
export const sourceOf = (...accessTokens: readonly string[]): ScriptedSource => {
  const tokens = accessTokens.map(tokenOf)
  const asked: (TokenOptions | undefined)[] = []
  let current = 0
  return {
    asked,
    token: async (options) => {
      asked.push(options)
      if (options?.rejected?.accessToken === tokens[current]?.accessToken && current < tokens.length - 1) current += 1
      return tokens[current] as Token
    },
  }
}
