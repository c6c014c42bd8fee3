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

/** The headers and half of the body, and then what `ending` does. */
export const brokenOff = async (answer: Response, ending: () => Promise<never>): Promise<Response> => {
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
