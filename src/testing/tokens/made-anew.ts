import type { AuthorizationCode, MockContext } from '../state.js'

/** What a client makes for one login (RFC 9700 §2.1.1, OpenID Connect Core §15.5.2), and what tells it apart. */
const keyOf = (clientId: string, name: string, value: string): string => JSON.stringify([clientId, name, value])

/** From now on what protected this login protects no other. */
export const spend = ({ state }: MockContext, { grant, challenge }: AuthorizationCode): void => {
  const { clientId, nonce } = grant
  if (challenge) state.spent.add(keyOf(clientId, 'code_challenge', challenge.value))
  if (nonce !== undefined) state.spent.add(keyOf(clientId, 'nonce', nonce))
}

export const isSpent = ({ state }: MockContext, clientId: string, name: string, value: string): boolean =>
  state.spent.has(keyOf(clientId, name, value))
