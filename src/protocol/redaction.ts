/** Form parameters whose values are no secrets. */
const open = /^(grant_type|scope|client_id|redirect_uri|token_type_hint|resource|audience|\w+_type)$/

/** Every secret that a request carries. */
export const secretsOf = (headers: Headers, form: URLSearchParams, clientSecret = ''): readonly string[] => {
  const values = [clientSecret]
  for (const [name, value] of headers) {
    // The scheme in front of a credential is no secret.
    if (name !== 'accept' && name !== 'content-type') values.push(value, ...value.split(' ').slice(1))
  }
  for (const [name, value] of form) if (!open.test(name)) values.push(value)
  return [...new Set(values)].filter(Boolean).sort((a, b) => b.length - a.length)
}

const mask = '***'

/**
 * What a character may have become on its way through a server: percent-encoded (also twice), escaped in JSON or a
 * script, an HTML entity. Each spelling has one length, so that no answer makes the search slow.
 */
const spellingsOf = (character: string): string => {
  if (/[a-z0-9]/i.test(character)) return character
  const { length } = new TextEncoder().encode(character)
  const plain = character === '\\' ? '\\\\{1,2}' : `\\\\{0,3}\\u{${character.codePointAt(0)?.toString(16)}}`
  const escaped = `(?:%(?:25){0,2}\\w\\w){${length}}|&#?\\w{1,8};|(?:\\\\{1,3}(?:u\\w{4}|\\w)){${character.length}}`
  return `(?:${escaped}|${plain}${character === ' ' ? '|\\+' : ''})`
}

/** A longer secret is known by its beginning: there are limits to the length of a pattern. */
const longest = 256

const patternOf = (secret: string): RegExp => {
  const characters = [...secret]
  const beginning = characters.slice(0, longest).map(spellingsOf).join('')
  return new RegExp(characters.length > longest ? `${beginning}[^]*` : beginning, 'giu')
}

/** Masks what this client sent, in all the spellings in which an answer might echo it. */
export const redact = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((masked, secret) => masked.replace(patternOf(secret), mask), text)

/**
 * The first words of an answer that could not be read. What we sent is masked, and what the server may have issued: all
 * quoted text but the keys of an object, what is assigned to a name, the text of an element named like a secret, and long
 * opaque words.
 */
export const excerptOf = (text: string, secrets: readonly string[]): string =>
  redact(text, secrets)
    .slice(0, 2000)
    .replace(/"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)(\s*:)?/g, (quoted, colon) => (colon ? quoted : mask))
    .replace(/(?<!\w)'[^']*('|$)/g, mask)
    .replace(/([:=]>?\s*)[^\s"'<>&,;{}[\]]+/g, `$1${mask}`)
    .replace(/(<[\w:-]*(?:token|secret|code|verifier|password|assertion)[^>]*>)[^<]+/gi, `$1${mask}`)
    .replace(/[\w~+/.-]{20,}/g, mask)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 160)
