import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// The servers of the tests are TypeScript that names the files to be built.
import './source-hooks.ts'
import { isFileStoreBuilt, type Kind, type Place } from './places.ts'

interface Running {
  readonly at: string
  stop(): void | Promise<void>
}

export interface Engines {
  /** What is on this machine. */
  readonly kinds: readonly Kind[]
  /** What is not. */
  readonly leftOut: readonly string[]
  place(kind: Kind, hears: boolean): Place
  stop(): Promise<void>
}

const startDirectory = (): Running => {
  const at = mkdtempSync(join(tmpdir(), 'bearward-bench-'))
  return { at, stop: () => rmSync(at, { recursive: true, force: true }) }
}

/** Starts real engines, each in a process of its own. */
export const startEngines = async (): Promise<Engines> => {
  const { redis, startRedis } = await import('../../test/stores/redis-server.ts')
  const { postgresEngine, startPostgres } = await import('../../test/stores/postgres-server.ts')
  const running = new Map<Kind, Running>([['memory', { at: '', stop: () => {} }]])
  const leftOut: string[] = []
  if (isFileStoreBuilt()) running.set('file', startDirectory())
  else leftOut.push('LEFT OUT: file, which is not built here')
  if (redis.path) {
    const server = await startRedis()
    running.set('redis', { at: server.url, stop: server.stop })
  } else leftOut.push(`LEFT OUT: Redis. There is no ${redis.name} here: ${redis.remedy}`)
  if (postgresEngine.path) {
    const server = await startPostgres()
    running.set('postgres', { at: server.url, stop: server.stop })
  } else leftOut.push(`LEFT OUT: Postgres. There is no ${postgresEngine.name} here: ${postgresEngine.remedy}`)
  return {
    kinds: [...running.keys()],
    leftOut,
    place: (kind, hears) => ({ kind, at: running.get(kind)?.at ?? '', hears }),
    stop: async () => {
      for (const { stop } of running.values()) await stop()
    },
  }
}
