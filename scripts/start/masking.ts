import type { Token } from 'bearward'

/** What may be shown as it is. Whatever is not listed is masked. */
const open = new Set([
  ...['grant_type', 'response_type', 'client_id', 'redirect_uri', 'scope', 'token_type_hint', 'code_challenge_method'],
  ...[
    'issuer',
    'iss',
    'token_type',
    'expires_in',
    'error',
    'error_description',
    'prompt',
    'sub',
    'clientId',
    'subject',
  ],
])

/** The secrets worth following from message to message, and what to call them. */
const followed: Readonly<Record<string, string>> = {
  access_token: 'access',
  refresh_token: 'refresh',
  id_token: 'id',
  code: 'code',
  code_verifier: 'verifier',
  client_secret: 'secret',
}

/** Shows a message without its secrets: each gets a name, `<refresh-2>`, so that a reader sees which went where. */
export interface Masking {
  /** All parameters of a form or query. */
  parameters(parameters: URLSearchParams): string
  /** The fields of a JSON object that may be shown, and how many more there are. */
  fields(json: object): string
  authorization(header: string): string
  token(token: Token): string
}

export const createMasking = (): Masking => {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()
  const secret = (kind: string, value: string): string => {
    const name = names.get(value)
    if (name) return name
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    const given = `<${kind}-${count}>`
    names.set(value, given)
    return given
  }
  const shown = (name: string, value: unknown): string => {
    if (open.has(name)) return `${value}`.includes(' ') ? `"${value}"` : `${value}`
    const kind = followed[name]
    return kind ? secret(kind, `${value}`) : (names.get(`${value}`) ?? '***')
  }
  const pairs = (entries: Iterable<readonly [string, unknown]>): string =>
    [...entries].map(([name, value]) => `${name}=${shown(name, value)}`).join(' ')
  return {
    parameters: pairs,
    fields: (json) => {
      const entries = Object.entries(json)
      const known = entries.filter(([name]) => open.has(name) || name in followed)
      const more = entries.length - known.length
      return pairs(known) + (more ? ` and ${more} more` : '')
    },
    authorization: (header) => {
      const [scheme, credentials = ''] = header.split(' ')
      if (scheme !== 'Basic') return `${scheme} ${secret('access', credentials)}`
      const [clientId = '', clientSecret = ''] = atob(credentials).split(/:(.*)/s)
      return `Basic ${clientId}:${secret('secret', clientSecret)}`
    },
    token: ({ accessToken, tokenType, expiresAt, scope, refreshToken, idToken }) =>
      [
        `${tokenType} ${secret('access', accessToken)}`,
        expiresAt === undefined ? 'of unknown lifetime' : `for ${Math.round((expiresAt - Date.now()) / 1000)} s`,
        scope !== undefined && `scope "${scope}"`,
        refreshToken && secret('refresh', refreshToken),
        idToken && secret('id', idToken),
      ]
        .filter(Boolean)
        .join(', '),
  }
}
