import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { tellOf } from './failure.js'
import { interruption } from './interruption.js'
import { type Command, Option } from './parser.js'
import { note } from './terminal.js'
import { UsageError } from './usage-error.js'

/** Each by its option: `client-secret` is read from `BEARWARD_CLIENT_SECRET`, `--client-secret-env` or `--client-secret-file`. */
const secrets = {
  'client-secret': 'the client secret',
  'refresh-token': 'the refresh token',
  'subject-token': 'the subject token',
  'actor-token': 'the actor token',
  assertion: 'the assertion',
  token: 'the token',
} as const

export type SecretName = keyof typeof secrets

const variableOf = (name: SecretName): string => `BEARWARD_${name.toUpperCase().replace('-', '_')}`

/** Every user of a machine can see the arguments of its processes, and a shell writes them down. */
const refuse = (name: SecretName) => (): never => {
  throw new UsageError(
    `${secrets[name]} is not taken as an argument, where others can read it: ` +
      `set ${variableOf(name)}, or name a file with --${name}-file (- is standard input)`,
  )
}

const camelCase = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** Adds the options that say where a secret is. */
export const takesSecret = (command: Command, name: SecretName): Command =>
  command
    .addOption(
      new Option(`--${name}-file <path>`, `${capital(secrets[name])}, in a file (-: standard input)`).conflicts(
        `${camelCase(name)}Env`,
      ),
    )
    .option(`--${name}-env <name>`, `The same, in a variable (default: ${variableOf(name)})`)
    .addOption(new Option(`--${name} [none]`).hideHelp())
    .on(`option:${name}`, refuse(name))

type Flags = Readonly<Record<string, unknown>>

/** What a file or a variable holds, without the byte order mark and the new line that an editor or `echo` puts around it. */
const trimmed = (content: string, where: string): string => {
  const value = content.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
  if (!value) throw new UsageError(`${where} is empty`)
  return value
}

let standardInputTaken = false

const fromStandardInput = async (): Promise<string> => {
  if (standardInputTaken) throw new UsageError('standard input can be read once only')
  standardInputTaken = true
  if (process.stdin.isTTY) note('Reading standard input, which shows what you type: end with Enter and Ctrl-D.')
  const signal = interruption()
  // Nothing is under way yet, and Deno would wait for the end of the input.
  const end = () => process.exit(tellOf(signal.reason))
  signal.addEventListener('abort', end)
  try {
    return await text(process.stdin)
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** @throws {UsageError} if it cannot be read, or is empty. A signal that comes while standard input is waited for ends the process. */
export const contentOf = async (path: string): Promise<string> => {
  if (path === '-') return trimmed(await fromStandardInput(), 'standard input')
  try {
    return trimmed(await readFile(path, 'utf8'), path)
  } catch (failure) {
    if (failure instanceof UsageError) throw failure
    throw new UsageError(`cannot read ${path} (${(failure as NodeJS.ErrnoException).code})`)
  }
}

const taken = new Map<string, string | undefined>()

/** Takes a variable out of the environment, and remembers it for the next reader. */
const takeOut = (name: string): string | undefined => {
  if (!taken.has(name)) taken.set(name, process.env[name])
  delete process.env[name]
  return taken.get(name)
}

/** What the store is encrypted with: a key, or several with commas between them. */
export const storeKeys = (): string | undefined => takeOut('BEARWARD_STORE_KEY')

/** Takes all secrets out of the environment, as the browser that a login opens inherits that. */
export const hideSecrets = (): void => {
  storeKeys()
  for (const name of Object.keys(secrets) as SecretName[]) takeOut(variableOf(name))
}

/** @throws {UsageError} if the variable is not set, or empty. */
export const variable = (name: string): string => {
  const value = takeOut(name)
  if (value === undefined) throw new UsageError(`the environment variable ${name} is not set`)
  return trimmed(value, `the environment variable ${name}`)
}

/** The secret, from where the options say; `undefined` where there is none. */
export const secretOf = async (flags: Flags, name: SecretName): Promise<string | undefined> => {
  const { [`${camelCase(name)}File`]: path, [`${camelCase(name)}Env`]: named } = flags
  if (typeof path === 'string') return contentOf(path)
  if (typeof named === 'string') return variable(named)
  return takeOut(variableOf(name)) ? variable(variableOf(name)) : undefined
}

/** @throws {UsageError} if there is none. */
export const neededSecretOf = async (flags: Flags, name: SecretName): Promise<string> => {
  const secret = await secretOf(flags, name)
  if (secret !== undefined) return secret
  throw new UsageError(`${secrets[name]} is missing: set ${variableOf(name)}, or name a file with --${name}-file`)
}
