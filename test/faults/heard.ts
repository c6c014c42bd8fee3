import type { MockRequest } from '../../src/testing/index.js'

/** An answer of the server, as far as it was read. */
export interface HeardAnswer {
  readonly status: number
  readonly form: URLSearchParams
  /** The first characters of the body. */
  text: string
}

export interface Heard {
  /** What was answered to each of the requests. */
  readonly answers: ReadonlyMap<MockRequest, HeardAnswer>
  /** Every secret that went out or came in. */
  readonly secrets: Set<string>
  /** Bodies that were neither read to their end nor given up: each of them keeps a connection. */
  readonly held: ReadonlySet<HeardAnswer>
  /** Looks for secrets in what goes another way than by fetch. */
  learn(text: string): void
}

/** A field of a form or of JSON that is a secret, also where the body breaks off in the midst of it. */
const secretField =
  /\b(access_token|refresh_token|id_token|device_code|client_secret|registration_access_token|request_uri|code|code_verifier|client_assertion|assertion|subject_token|token)"?[=:]\s*"?([^"&\s]{12,})/g

const longestHeard = 2 ** 17

/** A fetch that writes down what is said. What it hands on is what came, as it came. */
export const listening = (
  fetch: typeof globalThis.fetch,
  /** The journal of the server. */
  requests: readonly MockRequest[],
): { fetch: typeof globalThis.fetch; heard: Heard } => {
  const answers = new Map<MockRequest, HeardAnswer>()
  const secrets = new Set<string>()
  const held = new Set<HeardAnswer>()
  const learn = (text: string) => {
    for (const [, , value = ''] of text.matchAll(secretField)) secrets.add(decodeURIComponent(value))
  }
  const overheard = (body: ReadableStream<Uint8Array>, answer: HeardAnswer): ReadableStream<Uint8Array> => {
    const reader = body.getReader()
    const decoder = new TextDecoder()
    held.add(answer)
    const letGo = () => void held.delete(answer)
    reader.closed.then(letGo, letGo)
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const { done, value } = await reader.read()
      if (done) return controller.close()
      if (answer.text.length < longestHeard) {
        answer.text += decoder.decode(value, { stream: true })
        learn(answer.text)
      }
      controller.enqueue(value)
    }
    return new ReadableStream({ pull, cancel: (reason) => reader.cancel(reason) }, { highWaterMark: 0 })
  }
  return {
    heard: { answers, secrets, held, learn },
    fetch: async (input, init) => {
      const body = `${init?.body ?? ''}`
      learn(body)
      const headers = new Headers(init?.headers)
      for (const name of ['authorization', 'dpop']) {
        const value = headers.get(name)?.split(' ').at(-1)
        if (value) secrets.add(value)
      }
      const known = new Set(requests)
      const response = await fetch(input, init)
      const request = requests.findLast((one) => !known.has(one) && one.url === `${input}`)
      const answer: HeardAnswer = { form: new URLSearchParams(body), status: response.status, text: '' }
      if (request) answers.set(request, answer)
      return response.body ? new Response(overheard(response.body, answer), response) : response
    },
  }
}
