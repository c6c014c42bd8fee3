import { InvalidArgumentError } from './parser.js'

/** Reads a whole number from 0, of an option. */
export const whole =
  (below: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number >= below) {
      throw new InvalidArgumentError(`It must be a whole number below ${below}.`)
    }
    return number
  }
