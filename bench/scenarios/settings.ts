import type { Settings } from '../contender.ts'

export const settingsAt = (origin: string, changes: Partial<Settings> = {}): Settings => ({
  tokenEndpoint: `${origin}/token`,
  api: `${origin}/api`,
  clientId: 'bench',
  clientSecret: 'an-example-of-a-secret',
  marginMs: 10_000,
  ...changes,
})

/** Orders something from the server that is measured against. */
export type Ask = <Result>(what: string, given?: unknown) => Promise<Result>
