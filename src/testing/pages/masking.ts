import type { MockRequest } from '../journal.js'
import { maskedValue, parametersOf } from '../masked-request.js'
import type { MockClient } from '../options.js'

/** Enough of a token to tell it from others, and not enough to use it. */
export const tailOf = (token: string): string => `…${token.slice(-4)}`

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
    return [password, decoded(password)]
  } catch {
    return []
  }
}

/** Whatever a request carried that somebody could use. */
const secretsIn = (request: MockRequest): readonly string[] => {
  const [, credentials = ''] = (request.headers['authorization'] ?? '').split(' ')
  const parameters = Object.entries({
    ...Object.fromEntries(new URL(request.url).searchParams),
    ...parametersOf(request),
  })
  const values = parameters.filter(([name, value]) => maskedValue(name, value) === '***').map(([, value]) => value)
  return [credentials, ...passwordIn(credentials), ...values].filter((secret) => secret !== '')
}

/** Shorter, it may be a word of the text: a secret that is `secret` is no secret. Then it is masked where it is all there is. */
const leastInside = 8

/** Takes out of a text about a request what that request kept secret, and what every client does. */
export const maskingOf = (clients: readonly MockClient[]) => {
  const ofClients = clients.flatMap(({ clientSecret }) => clientSecret ?? [])
  return (request: MockRequest, text: string): string =>
    [...ofClients, ...secretsIn(request)].reduce((masked, secret) => {
      if (masked === secret) return '***'
      return secret.length < leastInside ? masked : masked.replaceAll(secret, '***')
    }, text)
}

/** A path that was not meant for this server may hold anything. */
export const shortPath = (url: string, masked: (segment: string) => string): string =>
  new URL(url).pathname
    .split('/')
    .map((segment) => masked(segment).replace(/^(.{8}).{9,}$/, '$1…'))
    .join('/')
