import type { AuthorizationRequest } from 'bearward'
import type { Pool } from 'pg'
import { createOpaqueId, fingerprintOf } from './opaque-id.ts'

/** What is kept while the user is away at the authorization server. */
export interface PendingLogin {
  readonly request: AuthorizationRequest
  /** The page that they wanted. */
  readonly returnTo: string
}

export interface PendingLogins {
  /** @returns what the cookie is to hold */
  begin(login: PendingLogin): Promise<string>
  /** Each is there for one callback, and for ten minutes. */
  take(cookie: string): Promise<PendingLogin | undefined>
}

export const pendingLogins = (pool: Pool): PendingLogins => ({
  begin: async ({ request, returnTo }) => {
    const cookie = createOpaqueId()
    await pool.query('delete from pending_login where expires_at < now()')
    await pool.query(
      `insert into pending_login (id, request, return_to, expires_at) values ($1, $2, $3, now() + interval '10 minutes')`,
      [fingerprintOf(cookie), JSON.stringify(request), returnTo],
    )
    return cookie
  },
  take: async (cookie) => {
    const { rows } = await pool.query<PendingLogin>(
      'delete from pending_login where id = $1 and expires_at > now() returning request, return_to as "returnTo"',
      [fingerprintOf(cookie)],
    )
    return rows[0]
  },
})
