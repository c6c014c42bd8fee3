import { OAuthError } from '../core/errors.js'

/** @throws {OAuthError} `invalid_argument` */
export const wholeMs = (name: string, value: number, most: number = Number.MAX_SAFE_INTEGER): number => {
  if (Number.isInteger(value) && value > 0 && value <= most) return value
  throw new OAuthError('invalid_argument', `${name} must be a whole number of milliseconds from 1 to ${most}`)
}
