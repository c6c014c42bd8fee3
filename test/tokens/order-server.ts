import { OAuthError } from '../../src/core/errors.js'
import type { Process } from './order-process.js'

/** A refresh token on its way to the server. */
interface Sending {
  readonly token: string
  readonly by: Process
  /** Its sender still held the lock, and still lives. */
  sound: boolean
}

interface Family {
  newest: string
  issued: number
  revoked: boolean
}

interface Rules {
  /** A refresh token that comes twice is forgiven. */
  readonly grace: boolean
  /** The store may forget: what only it knew, nobody can be blamed for. */
  readonly mayForget: boolean
  readonly holder: () => Process | undefined
}

/** `login-` of `login-rt0`: what was issued for one login. */
const familyOf = (token: string): string => token.replace(/rt\d+$/, '')

/** A server that takes a refresh token that comes twice for theft, unless it forgives. */
export const orderServer = ({ grace, mayForget, holder }: Rules) => {
  const sendings: Sending[] = []
  /** What is wrong, found on the way. */
  const wrongs: string[] = []
  const families: Record<string, Family> = {}

  const judge = (process: Process, { token, by, sound }: Sending): string | undefined => {
    if (grace) {
      return sound && holder() === process ? 'sent twice, while its first sender lived and held the lock' : undefined
    }
    if (!mayForget) return 'sent twice'
    if (by === process) return 'sent twice by the same process'
    return process.saw > process.sends ? `sent twice by one who knew a newer one than ${token}` : undefined
  }

  return {
    sendings,
    wrongs,
    isSentAgain: () => new Set(sendings.map(({ token }) => token)).size < sendings.length,
    isRevoked: () => Object.values(families).some(({ revoked }) => revoked),
    /** Takes a refresh token. @returns what is answered. */
    receive: (process: Process, token: string): (() => { accessToken: string; refreshToken: string }) => {
      for (const earlier of sendings) {
        const wrong = earlier.token === token && judge(process, earlier)
        if (wrong) wrongs.push(`${token} was ${wrong}`)
      }
      sendings.push({ token, by: process, sound: holder() === process })
      const name = familyOf(token)
      families[name] ??= { newest: token, issued: 0, revoked: false }
      const family = families[name]
      if (!grace && token !== family.newest) family.revoked = true
      if (family.revoked) {
        return () => {
          throw new OAuthError('error_response', 'refused', { error: 'invalid_grant', status: 400 })
        }
      }
      family.issued += 1
      family.newest = `${name}rt${family.issued}`
      const [accessToken, refreshToken] = [`${name}at${family.issued}`, family.newest]
      return () => ({ accessToken, refreshToken })
    },
    /** The sender lives no more, or has lost its lock or its answer. */
    unsound: (process: Process): void => {
      for (const sending of sendings) if (sending.by === process) sending.sound = false
    },
    state: () => [families, sendings.map(({ token, by, sound }) => [token, by.name, sound])],
  }
}
