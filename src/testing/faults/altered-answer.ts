import type { Json } from '../answers.js'
import { type KeyRing, newKey } from '../crypto/key-ring.js'
import type { Fault } from './exchange.js'

const hasJson = ({ headers }: Response): boolean => headers.get('content-type') === 'application/json'

/** The object that an answer holds as a text; `undefined` if it holds none. */
const objectIn = (text: string): Json | undefined => {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined
  } catch {
    return undefined
  }
}

/** The same answer with another text, if it has an object in it. */
const withText = async (answer: Response, change: (text: string, json: Json) => string): Promise<Response> => {
  if (!hasJson(answer) || !answer.body) return answer
  const text = await answer.text()
  const json = objectIn(text)
  return new Response(json ? change(text, json) : text, answer)
}

/** The same answer with other JSON, if it has an object in it. */
export const rewritten = (answer: Response, change: (json: Json) => Json): Promise<Response> =>
  withText(answer, (_, json) => JSON.stringify(change(json)))

export const halved = async (answer: Response): Promise<Response> => {
  if (!answer.body) return answer
  const text = await answer.text()
  return new Response(text.slice(0, text.length >> 1), answer)
}

export const withHeaders = (answer: Response, headers: Fault<'headers'>['headers']): Response => {
  const altered = new Response(answer.body, answer)
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) altered.headers.delete(name)
    else altered.headers.set(name, value)
  }
  return altered
}

/** By text: no object has a name twice. */
export const withDuplicates = (answer: Response, fields: Fault<'duplicate_keys'>['fields']): Promise<Response> =>
  withText(answer, (text) => `${text.slice(0, -1)},${JSON.stringify(fields).slice(1)}`)

export const withByteOrderMark = (answer: Response): Promise<Response> => withText(answer, (text) => `\uFEFF${text}`)

export const formEncoded = async (answer: Response): Promise<Response> => {
  const form = await withText(answer, (_, json) => {
    const fields = Object.entries(json).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ])
    return `${new URLSearchParams(fields)}`
  })
  if (hasJson(form)) form.headers.set('content-type', 'application/x-www-form-urlencoded')
  return form
}

export const withoutRotation = (
  { answers }: Fault<'lost_rotation'>,
  answer: Response,
  body: string,
): Promise<Response> => {
  const old = new URLSearchParams(body).get('refresh_token') ?? undefined
  return rewritten(answer, (json) =>
    json['refresh_token'] === undefined
      ? json
      : { ...json, refresh_token: answers === 'old_refresh_token' ? old : undefined },
  )
}

/** The key set without the key that signs, which is its first. */
export const withoutSigningKey = async (
  { leaves }: Fault<'revoked_keys'>,
  answer: Response,
  ring: KeyRing,
): Promise<Response> => {
  const { publicJwk } = await newKey(ring.alg)
  return rewritten(answer, (json) => {
    const [, ...others] = Array.isArray(json['keys']) ? json['keys'] : []
    return { ...json, keys: leaves === 'nothing' ? [] : [...others, publicJwk] }
  })
}
