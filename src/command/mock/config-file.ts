import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { OAuthError } from '../../core/errors.js'
import { UsageError } from '../usage-error.js'
import { assertConfig, type MockConfig } from './config-fields.js'

const reasonOf = (failure: unknown): string => (failure instanceof Error ? failure.message : `${failure}`)

/** Where the parser gave up, without the text that it shows: secrets may stand there. */
const placeOf = (failure: unknown, json: string): string => {
  const [, position] = reasonOf(failure).match(/at position (\d+)/) ?? []
  if (position === undefined) return ''
  const before = json.slice(0, Number(position)).split('\n')
  return `: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

const readJson = async (file: string): Promise<unknown> => {
  const json = await readFile(file, 'utf8').catch((failure: NodeJS.ErrnoException) => {
    throw new UsageError(
      failure.code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read: ${failure.code}`,
    )
  })
  try {
    return JSON.parse(json)
  } catch (failure) {
    throw new UsageError(`${file} is no JSON${placeOf(failure, json)}`)
  }
}

const importModule = async (file: string): Promise<unknown> => {
  try {
    const { default: config } = await import(pathToFileURL(resolve(file)).href)
    return config
  } catch (failure) {
    throw new UsageError(`${file} cannot be imported: ${reasonOf(failure)}`)
  }
}

/** What is wrong, and where. */
const named = (where: string, failure: unknown): unknown =>
  failure instanceof OAuthError || failure instanceof UsageError
    ? new UsageError(`${where}: ${failure.message}`)
    : failure

/** Says which of the faults cannot be. An object is held to what can be written, so that none of its fields is unknown. */
const assertFaults = async ({ faults = [] }: MockConfig): Promise<void> => {
  const { formatFault, parseFaults } = await import('../../testing/index.js')
  faults.forEach((fault, index) => {
    try {
      parseFaults(typeof fault === 'string' ? fault : formatFault(fault))
    } catch (failure) {
      throw named(`faults[${index}]`, failure)
    }
  })
}

/**
 * Reads a configuration: JSON, or a module whose default export it is (`.js`, `.mjs`, and `.ts`, `.mts` where Node runs those).
 * @throws {UsageError} which names the file, and the field.
 */
export const readConfigFile = async (file: string): Promise<MockConfig> => {
  const isModule = ['.js', '.mjs', '.ts', '.mts'].includes(extname(file))
  const config = isModule ? await importModule(file) : await readJson(file)
  if (isModule && config === undefined) throw new UsageError(`${file} has no default export`)
  try {
    assertConfig(config, '')
    await assertFaults(config)
    return config
  } catch (failure) {
    throw named(file, failure)
  }
}
