/** Thrown where a server would lose the connection: what fetch rejects with in process. */
export class ConnectionReset extends TypeError {
  constructor(message: string) {
    super(message, { cause: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }) })
  }
}

/** Nothing, until the client has gone. */
export const silence = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** RFC 9110 §15.3.5, §15.3.6, §15.4.5: an answer that can have no body. */
const isBodiless = ({ status }: Response): boolean => status === 204 || status === 205 || status === 304

/** The headers and half of the body, and then what `ending` does. */
export const brokenOff = async (answer: Response, ending: () => Promise<never>): Promise<Response> => {
  if (isBodiless(answer)) return answer
  const whole = new Uint8Array(await answer.arrayBuffer())
  let sent = false
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (sent) return ending()
        sent = true
        // Enqueued although it may be empty: the headers go out with it.
        controller.enqueue(whole.subarray(0, whole.length >> 1))
        return undefined
      },
    },
    // Read ahead, the ending would throw away the half before it is read.
    { highWaterMark: 0 },
  )
  const broken = new Response(body, answer)
  // msw ends a body regularly that fails; then only its length tells that something is missing.
  if (whole.length > 0) broken.headers.set('content-length', `${whole.length}`)
  return broken
}

const blank = new Uint8Array(2 ** 16).fill(0x20)

/** An answer that comes only after so many bytes of white space. */
export const swollen = async (answer: Response, bytes: number, signal: AbortSignal | undefined): Promise<Response> => {
  if (isBodiless(answer)) return answer
  const whole = new Uint8Array(await answer.arrayBuffer())
  let left = bytes
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        signal?.throwIfAborted()
        if (left > 0) {
          controller.enqueue(blank.slice(0, left))
          left -= blank.length
          return
        }
        controller.enqueue(whole)
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, answer)
}

/** An answer that comes piece by piece, with a pause between two of them. */
export const dripping = async (
  answer: Response,
  bytes: number,
  pause: (leaving: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Response> => {
  if (isBodiless(answer)) return answer
  const whole = new Uint8Array(await answer.arrayBuffer())
  const unread = new AbortController()
  const leaving = signal ? AbortSignal.any([signal, unread.signal]) : unread.signal
  let sent = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (sent >= whole.length) return controller.close()
        // The headers go out with the first piece, which waits for nothing.
        if (sent > 0) await pause(leaving)
        controller.enqueue(whole.subarray(sent, sent + bytes))
        sent += bytes
      },
      cancel: () => unread.abort(),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, answer)
}
