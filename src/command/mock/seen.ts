import type { MockRequest } from '../../testing/index.js'

/** What may be told of a request: nothing in it is a secret, unless somebody takes a secret for a name. */
export interface Seen
  extends Pick<MockRequest, 'at' | 'method' | 'endpoint' | 'status' | 'lost' | 'issued' | 'faults'> {
  /** Without the query. */
  readonly path: string
  readonly grantType?: string
  readonly clientId?: string
  readonly refused?: string
  /** Where the user was to be sent, without the query; where that was refused. */
  readonly redirectUri?: string
  /** Milliseconds until the headers of the answer were out, or until it was lost. */
  readonly ms: number
}

/** The parameters that are told of, or that nobody could use. */
const open: ReadonlySet<string> = new Set([
  'client_id',
  'grant_type',
  'redirect_uri',
  'response_type',
  'scope',
  'resource',
])

/** A part of a text this long is no chance. */
const telling = 8

type Parameters = Readonly<Record<string, string>>

const passwordOf = (authorization = ''): readonly string[] => {
  const credentials = authorization.replace(/^\S+ +/, '')
  try {
    const pair = atob(credentials)
    const password = pair.slice(pair.indexOf(':') + 1)
    return [credentials, pair, password, decodeURIComponent(password)]
  } catch {
    return [credentials]
  }
}

const secretsOf = (sent: Parameters, headers: MockRequest['headers']): readonly string[] =>
  [
    ...Object.entries(sent)
      .filter(([name]) => !open.has(name))
      .map(([, value]) => value),
    ...passwordOf(headers['authorization']),
    headers['dpop'] ?? '',
    headers['cookie'] ?? '',
  ].filter((secret) => secret !== '')

const withoutQuery = (uri: string): string => uri.replace(/[?#].*$/s, '')

/** Takes secrets out of a text, should one have got there. */
const masked = (text: string, secrets: readonly string[]): string =>
  secrets.reduce(
    (shown, secret) => (shown === secret ? '***' : secret.length < telling ? shown : shown.replaceAll(secret, '***')),
    text,
  )

/** @param known The secrets of all clients. */
export const seenOf = (request: MockRequest, known: readonly string[], ms: number): Seen => {
  const { at, method, endpoint, status, lost, issued, faults, url, form, headers, clientId, refused } = request
  const sent = { ...Object.fromEntries(new URL(url).searchParams), ...form }
  const secrets = [...known, ...secretsOf(sent, headers)]
  const mask = (text: string) => masked(text, secrets)
  const grantType = endpoint === 'token' ? form?.['grant_type'] : undefined
  return {
    at,
    method,
    path: mask(new URL(url).pathname),
    endpoint,
    ...(grantType !== undefined && { grantType: mask(grantType) }),
    ...(clientId !== undefined && { clientId: mask(clientId) }),
    ...(status !== undefined && { status }),
    ...(lost && { lost }),
    ms,
    ...(issued && { issued }),
    ...(faults && { faults }),
    ...(refused !== undefined && { refused: mask(refused) }),
    ...(refused?.includes('redirect_uri') &&
      sent['redirect_uri'] && { redirectUri: mask(withoutQuery(sent['redirect_uri'])) }),
  }
}
