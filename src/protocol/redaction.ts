/** Form parameters whose values are no secrets. */
const open = /^(grant_type|scope|client_id|redirect_uri|token_type_hint|resource|audience|\w+_type)$/

/** Every secret that a request carries, in the spellings in which an answer might echo it. */
export const secretsOf = (headers: Headers, form: URLSearchParams, clientSecret = ''): readonly string[] => {
  const values = [clientSecret]
  for (const [name, value] of headers) {
    // The scheme in front of a credential is no secret.
    if (name !== 'accept' && name !== 'content-type') values.push(value, ...value.split(' ').slice(1))
  }
  for (const [name, value] of form) if (!open.test(name)) values.push(value)
  return [...new Set(values.flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]))]
    .filter(Boolean)
    .sort((a, b) => b.length - a.length)
}

const mask = '***'

/** Masks what this client sent. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((masked, secret) => masked.replaceAll(secret, mask), text)

/** The first words of an answer that could not be read: what we sent, quoted values and long opaque words are masked. */
export const excerptOf = (text: string, secrets: readonly string[]): string =>
  redact(text, secrets)
    .slice(0, 2000)
    .replace(/([:=]\s*)("[^"]*"?|'[^']*'?|[^\s"'<>&,;{}]+)/g, `$1${mask}`)
    .replace(/[\w~+/.-]{20,}/g, mask)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160)
