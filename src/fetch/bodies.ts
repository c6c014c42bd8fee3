import type { Bytes } from '../core/bytes.js'
import { isBrowser } from '../core/host.js'

/** Lets go of what will not be read, so that its connection is free. */
export const cancel = (stream: Pick<ReadableStream, 'cancel'> | null | undefined): void => {
  // What somebody else has read or broken is over anyway.
  stream?.cancel().catch(() => {})
}

/** A body that is gone once it is sent. */
const isStream = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)

/** Bytes of a `Request` that are kept, in case it must be sent again. */
const mostKept = 64 * 1024

/** All that comes, if it is not too much. */
const keep = async (reader: ReadableStreamDefaultReader<Bytes>): Promise<Blob | undefined> => {
  const chunks: Bytes[] = []
  for (let size = 0; size <= mostKept; ) {
    const { value } = await reader.read()
    if (!value) return new Blob(chunks)
    size += value.length
    chunks.push(value)
  }
  cancel(reader)
  return undefined
}

/** What a call sends, kept in case it must be sent again. */
export interface KeptBody {
  /** `undefined` if it is gone, or before all of it was seen; `null` if there is none. */
  kept(): BodyInit | null | undefined
  /** Whether it can be sent once more, now that the server has answered. */
  canGoAgain(): Promise<boolean>
  /** It is not sent on. */
  drop(): void
  /** No more of it is kept: else the caller's stream would not be told that nobody reads it any more. */
  letGo(): void
}

export const keptBody = (sent: Request | undefined, init: RequestInit): KeptBody => {
  let request = sent
  let body: BodyInit | null | undefined = isStream(init.body) ? undefined : (init.body ?? null)
  let copy: ReadableStreamDefaultReader<Bytes> | undefined
  let keeping: Promise<void> | undefined
  if (body === null && request?.body) {
    body = undefined
    copy = (request.clone().body as ReadableStream<Bytes>).getReader()
    keeping = keep(copy).then(
      (kept) => {
        if (body === undefined) body = kept
      },
      // What breaks the copy breaks the request too, and is told there.
      () => {},
    )
  }
  return {
    kept: () => body,
    canGoAgain: async () => {
      // A page has its answer once the whole body is sent: there it cannot hang, though it may lag behind. In Bun and workerd
      // it lags by a turn, where the answer comes from the same process.
      await (isBrowser() ? keeping : Promise.race([keeping, new Promise((turn) => setTimeout(turn))]))
      // Firefox shows no body of a Request, but that it had one.
      return body !== undefined && (!!body || !request?.bodyUsed)
    },
    drop: () => {
      body = null
      request = undefined
    },
    letGo: () => cancel(copy),
  }
}
