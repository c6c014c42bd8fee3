import { setTimeout as after } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Contender, Holder, Login } from '../contender.ts'
import { contenderNames } from '../contenders.ts'
import { inChild } from '../in-child.ts'
import type { Table } from '../report.ts'
import { type Fault, faults } from '../servers/faults.ts'
import type { Seen } from '../servers/misbehaving-server.ts'
import { started } from '../servers/started.ts'
import { skip } from '../skipped-time.ts'
import { type Ending, verdictOn } from '../verdict.ts'
import { type Ask, settingsAt } from './settings.ts'

/** Told to those who have an option for it. */
const timeoutMs = 1500
/** Longer than anybody's retries take. */
const patienceMs = 15_000
const lifetimeMs = 3_600_000

/** What comes out of a contender other than through its promises. */
const overheard = { crashed: false, logged: '' }

const eavesdrop = (): void => {
  const crash = () => {
    overheard.crashed = true
  }
  process.on('unhandledRejection', crash)
  process.on('uncaughtException', crash)
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    console[method] = (...given: unknown[]) => {
      overheard.logged += given.map((one) => inspect(one)).join(' ')
    }
  }
}

const ending = (holder: Holder, url: string): Promise<Ending> =>
  Promise.race([
    holder.get(url).then(
      (status) => ({ status }),
      (error: unknown) => ({ error }),
    ),
    after(patienceMs, 'hang' as const, { ref: false }),
  ])

const verdictOf = async (one: Contender, origin: string, ask: Ask, fault: Fault, index: number): Promise<string> => {
  const inSession = !!fault.session || one.mainly === 'session'
  if (inSession && !one.session) return 'n/a'
  const path = `/token/${index}/${one.name}`
  const settings = settingsAt(origin, { tokenEndpoint: `${origin}${path}`, timeoutMs })
  const login = inSession ? await ask<Login>('login', { path, aheadMs: skip(0) }) : undefined
  if (!login) await ask('arm', { path, times: 0, aheadMs: skip(0) })
  const holder = login ? await one.session?.(settings, login) : await one.service(settings)
  if (!holder) return 'n/a'
  if (inSession || fault.whileValid) await ending(holder, settings.api)
  const aheadMs = skip(fault.whileValid ? lifetimeMs - 5000 : lifetimeMs + 1000)
  Object.assign(overheard, { crashed: false, logged: '' })
  await ask('arm', { path, times: fault.lasts ? 1000 : 1, aheadMs })
  const first = await ending(holder, settings.api)
  await after(100) // for what a contender does behind its caller's back
  // The fault is over, and what was had of it has expired.
  await ask('arm', { path, times: 0, aheadMs: skip(fault.whileValid ? 60_000 : lifetimeMs) })
  const second = first === 'hang' ? first : await ending(holder, settings.api)
  await after(100)
  const { requests, elsewhere } = await ask<Seen>('seen', path)
  const { clientId, clientSecret } = settings
  const secrets = [clientSecret, btoa(`${clientId}:${clientSecret}`), ...(login ? [login.refresh_token] : [])]
  const { says, whileValid = false } = fault
  return verdictOn({ first, second, says, whileValid, elsewhere, secrets, requests, ...overheard })
}

export const part = async (one: Contender, origin: string, ask: Ask): Promise<readonly string[]> => {
  eavesdrop()
  const verdicts: string[] = []
  for (const [index, fault] of faults.entries()) verdicts.push(await verdictOf(one, origin, ask, fault, index))
  return verdicts
}

/** What becomes of a caller when the token endpoint misbehaves once, and whether the next one is well served. */
export const run = async (): Promise<Table> => {
  const server = await started('./misbehaving-server.ts')
  // Nothing is timed here, and those that hang would be waited for one after the other.
  const columns = await Promise.all(
    contenderNames.map((name) =>
      inChild<readonly string[]>({ scenario: 'misbehaviours', name, origin: server.origin }, server),
    ),
  )
  await server.stop()
  const good = (verdicts: readonly string[]) => verdicts.filter((verdict) => !verdict.startsWith('BAD')).length
  const ours = good(columns[contenderNames.indexOf('bearward')] ?? [])
  return {
    title: `${faults.length} misbehaviours of a token endpoint`,
    columns: ['', ...contenderNames],
    rows: [
      ...faults.map(({ name }, index) => [name, ...columns.map((verdicts) => verdicts[index] ?? '')]),
      ['recovered or a clear error', ...columns.map((verdicts) => `${good(verdicts)} of ${verdicts.length}`)],
    ],
    remarks: [
      `recovered or a clear error: ${ours}, target ${faults.length}: ${ours === faults.length ? 'reached' : 'MISSED'}`,
      `Whoever has an option for it was given a time-out of ${timeoutMs} ms; a hang is a call without an end in ${patienceMs / 1000} s.`,
      'google-auth-library is seen in a session throughout, because its client credentials are code of its user.',
    ],
  }
}
