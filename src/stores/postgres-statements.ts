import { OAuthError } from '../core/errors.js'

/** What is notified on: one for all tables, so that two ways to spell a table's name do not make two. */
export const channel = 'bearward'

// Quoted, a name can be anything; but one that is too long would be cut, and collide.
const names = /^[\w$-]{1,63}(\.[\w$-]{1,63})?$/

/** @throws {OAuthError} `invalid_argument` */
const quoted = (table: string): string => {
  if (!names.test(table)) {
    throw new OAuthError(
      'invalid_argument',
      'table must be a name, or schema.name, of letters, digits, "_", "$" and "-"',
    )
  }
  return table
    .split('.')
    .map((name) => `"${name}"`)
    .join('.')
}

/** The texts of the statements, and the name of the table as it is written in them. */
type Statements = Readonly<
  Record<
    'name' | 'isThere' | 'create' | 'read' | 'first' | 'next' | 'clear' | 'take' | 'extend' | 'release' | 'tidy',
    string
  >
>

/**
 * Each is one statement that needs nothing of the session, on the database's clock. `now()` would be the start of the
 * statement, which may have waited for another one since.
 */
export const statementsOf = (table: string, leaseMs: number, notifies: boolean): Statements => {
  const name = quoted(table)
  const lease = `clock_timestamp() + interval '${leaseMs} milliseconds'`
  const free = (row: string) => `${row}.lease_until is null or ${row}.lease_until <= clock_timestamp()`
  const available = (row: string) => `(${free(row)} or ${row}.lease_owner = $2)`
  /** Part of the statement: it is sent with the change, or neither is. Nothing to tell, and nobody is told. */
  const told = (parameter: string) =>
    `${notifies ? `case when ${parameter}::text <> '' then pg_notify('${channel}', ${parameter}::text)::text end` : `${parameter}::text`} as told`
  return {
    name,
    isThere: 'select to_regclass($1::text)::text',
    // A renewal updates its row four times. While its page has room, a new version needs none in the index (HOT) and the
    // old ones are cleared away in passing: hence the fillfactor, and no index on what changes.
    create: `create table ${name} (
  key text collate "C" primary key,
  value text,
  version text,
  lease_owner text,
  lease_until timestamptz,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 70)`,
    read: `select value, version, floor(extract(epoch from clock_timestamp()) * 1000)::bigint::text
from ${name} where key = $1 and value is not null`,
    first: `insert into ${name} as held (key, value, version) values ($1, $2, $3)
on conflict (key) do update set value = excluded.value, version = excluded.version, updated_at = clock_timestamp()
where held.value is null returning ${told('$4')}`,
    next: `update ${name} set value = $2, version = $3, updated_at = clock_timestamp()
where key = $1 and version = $5 returning ${told('$4')}`,
    clear: `update ${name} set value = null, version = null where key = $1 and version = $2 returning ${told('$3')}`,
    // "where not exists" keeps those who only ask from locking the row, which would be a write each time. What is read
    // beside may be older than what stood in the way: then nothing is known, or the end has come.
    take: `with taken as (
insert into ${name} as held (key, lease_owner, lease_until)
select $1, $2, ${lease} where not exists (select from ${name} as there where there.key = $1 and not ${available('there')})
on conflict (key) do update set lease_owner = excluded.lease_owner, lease_until = ${lease}
where ${available('held')} returning lease_owner
)
select '0' as others_ms from taken union all
select greatest(1, ceil(extract(epoch from lease_until - clock_timestamp()) * 1000))::text
from ${name} where key = $1 and not exists (select from taken)`,
    extend: `update ${name} set lease_until = ${lease} where key = $1 and lease_owner = $2 returning lease_owner`,
    release: `update ${name} set lease_owner = null, lease_until = null where key = $1 and lease_owner = $2
returning (value is null)::text as empty, ${told('$3')}`,
    /** What neither holds a value nor a lease is no use to anybody. */
    tidy: `delete from ${name} as held where held.key = $1 and held.value is null and (${free('held')})`,
  }
}
