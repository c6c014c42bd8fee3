/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`, `dpop`. */
  readonly scheme: string
  /** By name in lower case, unquoted: `realm`, `error`, `error_description`, `scope`. */
  readonly parameters: Readonly<Record<string, string>>
}

const token = "[!#$%&'*+.^`|~\\w-]+"
/** What ends without a backtrack over what was read: hostile headers are read in linear time, by the engines of Bun and Safari too. */
const part = new RegExp(
  `[\\s,]*(?:(${token})\\s*=\\s*(?:(${token})|"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)")|(${token})(?:\\s+[\\w~+/.-]+=*(?=\\s*(?:,|$)))?)`,
  'gy',
)

/** Reads all challenges of a header, several in one value too. What is no challenge ends the reading. */
export const challengesOf = (header: string | null): readonly Challenge[] => {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = []
  for (const [, name, value, quoted, scheme] of (header ?? '').matchAll(part)) {
    const last = challenges.at(-1)
    if (scheme) challenges.push({ scheme: scheme.toLowerCase(), parameters: {} })
    else if (last && name) last.parameters[name.toLowerCase()] ??= value ?? quoted?.replace(/\\(.)/g, '$1') ?? ''
  }
  return challenges
}
