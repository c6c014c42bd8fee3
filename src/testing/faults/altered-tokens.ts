import type { Json } from '../answers.js'
import type { MockContext } from '../state.js'
import { forgedIdToken } from '../tokens/id-token.js'
import { rewritten } from './altered-answer.js'
import type { Fault } from './exchange.js'

/** The answer's own JSON, if it has any; the answer can be read again. */
const fieldsOf = (answer: Response): Promise<Json> =>
  answer
    .clone()
    .json()
    .catch(() => ({}))

export const withForgedIdToken = async (
  fault: Fault<'id_token'>,
  answer: Response,
  { keyRing }: MockContext,
): Promise<Response> => {
  const { id_token: genuine } = await fieldsOf(answer)
  if (typeof genuine !== 'string') return answer
  const forged = await forgedIdToken(genuine, fault, keyRing)
  return rewritten(answer, (json) => ({ ...json, id_token: forged }))
}

/** Leaves the answer as it is: only the server knows that a token of it is gone, or soon will be. */
export const endEarly = async (
  { seconds = 0, token: name = 'access_token' }: Fault<'expired_early'>,
  answer: Response,
  { clock, state }: MockContext,
): Promise<void> => {
  const value = `${(await fieldsOf(answer))[name]}`
  const expiresAt = clock.now() + seconds * 1000
  const { accessTokens, refreshTokens } = state
  const access = accessTokens.get(value)
  if (access) accessTokens.set(value, { ...access, expiresAt })
  const refresh = refreshTokens.get(value)
  if (refresh) refreshTokens.set(value, { ...refresh, expiresAt })
}
