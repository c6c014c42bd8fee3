import type { Pool } from 'pg'
import { createOpaqueId, fingerprintOf } from './opaque-id.ts'

/** Somebody who is logged in, in one browser. */
export interface BrowserSession {
  /** Under which their tokens are kept. */
  readonly key: string
  readonly name: string
  /** Tells the authorization server whom to log out. It is in the table as it came: it gets nobody in here. */
  readonly idToken: string | null
}

export interface BrowserSessions {
  /** @returns what the cookie is to hold: it is new each time, so that nobody can choose another one's beforehand */
  begin(session: Omit<BrowserSession, 'key'>): Promise<{ readonly cookie: string; readonly key: string }>
  find(cookie: string): Promise<BrowserSession | undefined>
  /** Ends it, and says which it was. */
  take(cookie: string): Promise<BrowserSession | undefined>
  /** Ends those whose time is over, by their keys. Each is forgotten after that: a process that stops before leaves it to another. */
  endExpired(end: (key: string) => Promise<void>): Promise<void>
}

const columns = 'id as key, name, id_token as "idToken"'

export const browserSessions = (pool: Pool): BrowserSessions => {
  const first = async (query: string, cookie: string): Promise<BrowserSession | undefined> =>
    (await pool.query<BrowserSession>(query, [fingerprintOf(cookie)])).rows[0]
  return {
    begin: async ({ name, idToken }) => {
      const cookie = createOpaqueId()
      const key = fingerprintOf(cookie)
      await pool.query(
        `insert into browser_session (id, name, id_token, expires_at) values ($1, $2, $3, now() + interval '12 hours')`,
        [key, name, idToken],
      )
      return { cookie, key }
    },
    find: (cookie) => first(`select ${columns} from browser_session where id = $1 and expires_at > now()`, cookie),
    take: (cookie) => first(`delete from browser_session where id = $1 returning ${columns}`, cookie),
    endExpired: async (end) => {
      const { rows } = await pool.query<{ key: string }>(
        'select id as key from browser_session where expires_at <= now()',
      )
      for (const { key } of rows) {
        await end(key)
        await pool.query('delete from browser_session where id = $1', [key])
      }
    },
  }
}
