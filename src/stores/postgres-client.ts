import { OAuthError } from '../core/errors.js'
import { withoutValues } from './bare-failure.js'

/** What is needed of `pg`: its `Pool`, or a `Client` that nothing else uses. PGlite will do as well. */
export interface PgClient {
  query(text: string, values: unknown[]): Promise<{ readonly rows: readonly object[] }>
}

/** What is needed of postgres.js: its `sql`. */
export interface PostgresJsClient {
  unsafe(
    text: string,
    values: string[],
    options: { readonly prepare: boolean },
  ): { values(): PromiseLike<readonly (readonly unknown[])[]> }
}

/** Rows as arrays, so that no driver's way with column names matters; all columns are texts, for the same reason. */
export type Query = (text: string, values: string[]) => Promise<readonly (readonly unknown[])[]>

const mostTries = 10

/**
 * Where the isolation is stricter than the default, a statement that met another one fails; it has done nothing then.
 */
const again = async <Result>(work: () => PromiseLike<Result>): Promise<Result> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries === mostTries || codeOf(error) !== '40001') throw error
    }
  }
}

/** The SQLSTATE of an error, if it is one of the server's. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code

export const queryOf = (client: PgClient | PostgresJsClient): Query => {
  const { query, unsafe } = (client ?? {}) as Partial<PgClient & PostgresJsClient>
  if (typeof unsafe === 'function') {
    // A prepared statement belongs to a connection, and behind pgbouncer the next statement may meet another one.
    return (text, values) =>
      again(() => unsafe.call(client, text, values, { prepare: false }).values()).catch(withoutValues)
  }
  if (typeof query !== 'function') {
    throw new OAuthError('invalid_argument', 'client must be a Pool or Client of pg, or the sql of postgres.js')
  }
  return async (text, values) =>
    (await again(() => query.call(client, text, values)).catch(withoutValues)).rows.map(Object.values)
}
