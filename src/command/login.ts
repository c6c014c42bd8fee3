import { masked } from '../cli/printable.js'
import type { Client, OAuthError, Session, Token, TokenStore } from '../index.js'
import type { Asked } from './asked.js'
import type { GrantFlags } from './grant.js'
import { hideSecrets } from './secret.js'
import { note } from './terminal.js'
import { UsageError } from './usage-error.js'

/** Logs a user in, and tells them what to do on standard error. */
export type Login = (signal: AbortSignal) => Promise<Token>

/** A vendor's `audience`, which Auth0 and others know beside RFC 8707. */
export const withAudience = ({ audience, parameters, ...asked }: Asked): Omit<Asked, 'audience'> => {
  if (!audience) return { ...asked, ...(parameters && { parameters }) }
  const [one, another] = audience
  if (one === undefined || another !== undefined) throw new UsageError('this grant takes one --audience')
  return { ...asked, parameters: { ...parameters, audience: one } }
}

export const deviceLogin = (client: Client, asked: Asked, { offlineAccess }: GrantFlags): Login => {
  if (offlineAccess) {
    throw new UsageError('--offline-access goes with --grant loopback: ask by --scope here (offline_access, say)')
  }
  return async (signal) => {
    const { devicePrompt } = await import('../cli/index.js')
    return devicePrompt(client, { ...withAudience(asked), signal })
  }
}

export const loopbackLogin =
  (client: Client, asked: Asked, { browser, redirectPort, redirectPath, offlineAccess }: GrantFlags): Login =>
  async (signal) => {
    const { authorizeNatively } = await import('../native/index.js')
    hideSecrets()
    const token = await authorizeNatively(client, {
      ...withAudience(asked),
      ...(redirectPort !== undefined && { port: redirectPort }),
      ...(redirectPath !== undefined && { path: redirectPath }),
      ...(offlineAccess && { offlineAccess }),
      ...(!browser && { openBrowser: false }),
      onUrl: (url) => note(`To log in, open this page in a browser:\n\n    ${masked(url)}\n\nWaiting ...`),
      signal,
    })
    note('Logged in.')
    return token
  }

const isOver = (failure: unknown): boolean => /^session_/.test((failure as OAuthError).code)

export interface UserSession {
  readonly session: Session
  readonly store: TokenStore
  readonly key: string
  /** Absent: nobody is to be asked. */
  readonly login: Login | undefined
}

/** The session that is kept, or that of a login. Of two runs at once one asks the user, and the other waits for it. */
export const sessionToken = async (
  { session, store, key, login }: UserSession,
  signal: AbortSignal,
): Promise<Token> => {
  try {
    return await session.token({ signal })
  } catch (failure) {
    if (!isOver(failure)) throw failure
    if (!login) throw failure
  }
  return store.withLock(
    `login ${key}`,
    async () => {
      try {
        return await session.token({ signal })
      } catch (failure) {
        if (!isOver(failure)) throw failure
      }
      const token = await login(signal)
      await session.replace(token)
      return token
    },
    { signal },
  )
}
