import type { MockRequest } from './journal.js'
import type { MockClient } from './options.js'

/** The parameters and headers that nobody could use. What is not named here is a secret, for all that is known. */
const open: ReadonlySet<string> = new Set([
  ...['grant_type', 'response_type', 'response_mode', 'client_id', 'redirect_uri', 'scope', 'resource', 'audience'],
  ...['code_challenge_method', 'prompt', 'max_age', 'acr_values', 'access_type', 'token_type_hint'],
  ...['client_assertion_type', 'requested_token_type', 'subject_token_type', 'actor_token_type'],
  ...['post_logout_redirect_uri'],
  ...['accept', 'content-type', 'origin', 'user-agent'],
])

/** Whether nothing of the value of a parameter or header may be printed. */
export const isMasked = (name: string): boolean => !open.has(name)

/** A URL without what may hold a secret: the user before its host, its query and its fragment. */
const bareUrl = (value: string): string =>
  value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@').replace(/([?#]).*$/s, '$1***')

/** On one line, and without what a terminal obeys. */
const quoted = (value: string): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The value of a parameter or header as it may be printed: masked unless it is no secret, and on one line whatever is in it. */
export const maskedValue = (name: string, value: string): string => {
  if (isMasked(name)) return '***'
  const shown = bareUrl(value)
  return /^[!-~]+$/.test(shown) ? shown : quoted(shown)
}

/** What a request was sent with: the fields of its form, or those of its URL. */
export const parametersOf = ({ form, url }: Pick<MockRequest, 'form' | 'url'>): Readonly<Record<string, string>> =>
  form ?? Object.fromEntries(new URL(url).searchParams)

type Carrying = Pick<MockRequest, 'url' | 'form' | 'headers'>

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const passwordIn = (credentials: string): readonly string[] => {
  try {
    const pair = atob(credentials)
    const password = pair.slice(pair.indexOf(':') + 1)
    return [pair, password, decoded(password)]
  } catch {
    return []
  }
}

/** Whatever a request carried that somebody could use. */
const secretsIn = ({ url, form, headers }: Carrying): readonly string[] => {
  const credentials = (headers['authorization'] ?? '').replace(/^\S+ +/, '')
  const cookies = (headers['cookie'] ?? '').split(/; */).map((cookie) => cookie.replace(/^[^=]*=/, ''))
  // A form's field does not hide the one of the same name in the URL.
  const parameters = [...new URL(url).searchParams, ...Object.entries(form ?? {})]
  const values = parameters.filter(([name]) => isMasked(name)).map(([, value]) => value)
  return [credentials, ...passwordIn(credentials), headers['dpop'] ?? '', ...cookies, ...values]
}

/** Shorter, it may be a word of the text: a secret that is `secret` is no secret. Then it is masked where it is all there is. */
const leastInside = 8

/** Takes out of a text about a request what that request kept secret, and what every client does. */
export const maskingOf = (
  request: Carrying,
  clients: readonly Pick<MockClient, 'clientSecret'>[],
): ((text: string) => string) => {
  const known = [...clients.flatMap(({ clientSecret }) => clientSecret ?? []), ...secretsIn(request)]
  // The longest first: what is left of one that another begins would still be told.
  const secrets = known.filter((secret) => secret !== '').sort((one, other) => other.length - one.length)
  return (text) =>
    secrets.includes(text)
      ? '***'
      : secrets
          .filter(({ length }) => length >= leastInside)
          .reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
}

/** Words, and what is too short for a secret. */
const telling = /^\.?[a-z]{1,16}([-_.][a-z]{1,16})*$|^.{0,16}$/

/** The path of a request. One that was not meant for this server may hold anything: a long part of it is cut short. */
export const maskedPath = (
  { endpoint, url }: Pick<MockRequest, 'endpoint' | 'url'>,
  masked: (text: string) => string,
): string => {
  const { pathname } = new URL(url)
  if (endpoint !== 'unknown') return pathname
  return pathname
    .split('/')
    .map((part) => {
      if (masked(decoded(part)) !== decoded(part)) return '***'
      return telling.test(part) ? part : `${part.slice(0, 8)}…`
    })
    .join('/')
}
