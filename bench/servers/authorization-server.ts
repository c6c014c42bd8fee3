// An authorization server and an API in one process: strict about expiry, revocation and rotation, lenient about the way
// a client authenticates. It counts what it is asked for.
import { randomUUID } from 'node:crypto'
import { createServer, type ServerResponse } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import type { Login } from '../contender.ts'
import { mint } from './access-token.ts'
import { formOf } from './body.ts'
import { serve } from './control.ts'

export interface Behaviour {
  /** Seconds. */
  readonly lifetime: number
  /** How late the token endpoint answers; the token's life starts before that. */
  readonly delayMs: number
  /** The API says 401 to one caller sooner and to another later, up to this. @default at once */
  readonly spreadMs?: number
}

export interface Counts {
  readonly tokenRequests: number
  /** Answers of the API with 401. */
  readonly refused: number
}

interface Family {
  /** The only refresh token that is good. */
  refreshToken: string
  ended: boolean
}

let behaviour: Behaviour = { lifetime: 3600, delayMs: 0 }
let skippedMs = 0
let tokenRequests = 0
let refused = 0
let calls = 0
const lives = new Map<string, number>()
const families = new Map<string, Family>()

const now = (): number => Date.now() + skippedMs

const issueAccess = (): { access_token: string; token_type: string; expires_in: number } => {
  const expiresAt = now() + behaviour.lifetime * 1000
  const access_token = mint(expiresAt)
  lives.set(access_token, expiresAt)
  return { access_token, token_type: 'Bearer', expires_in: behaviour.lifetime }
}

const rotate = (family: Family): string => {
  family.refreshToken = randomUUID()
  families.set(family.refreshToken, family)
  return family.refreshToken
}

const login = (): Login => ({ ...issueAccess(), refresh_token: rotate({ refreshToken: '', ended: false }) })

/** RFC 9700 §4.14.2: a refresh token that comes a second time ends its family. */
const refreshed = (refreshToken: string): object | undefined => {
  const family = families.get(refreshToken)
  if (!family || family.ended || family.refreshToken !== refreshToken) {
    if (family) family.ended = true
    return undefined
  }
  return { ...issueAccess(), refresh_token: rotate(family) }
}

const answer = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
    if ((lives.get(token) ?? (token === 'a-token-that-never-changes' ? Infinity : 0)) > now()) {
      return answer(response, 200, { ok: true })
    }
    refused += 1
    const { spreadMs } = behaviour
    if (spreadMs) await after((calls++ * 7) % spreadMs)
    return answer(response, 401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' })
  }
  const form = await formOf(request)
  tokenRequests += 1
  const granted =
    form.get('grant_type') === 'refresh_token' ? refreshed(form.get('refresh_token') ?? '') : issueAccess()
  await after(behaviour.delayMs)
  return granted ? answer(response, 200, granted) : answer(response, 400, { error: 'invalid_grant' })
})

serve(server, {
  behave: (wanted: Behaviour) => {
    behaviour = wanted
    lives.clear()
    families.clear()
    tokenRequests = refused = 0
  },
  login,
  /** What an administrator or a restart does: every access token is gone before its time. */
  revoke: () => lives.clear(),
  skipTo: (ms: number) => {
    skippedMs = ms
  },
  counts: (): Counts => {
    const counts = { tokenRequests, refused }
    tokenRequests = refused = 0
    return counts
  },
})
