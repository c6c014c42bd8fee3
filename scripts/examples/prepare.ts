import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { globSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The folders below `examples`. */
export const examples: readonly string[] = globSync('examples/*/package.json')
  .map((path) => basename(dirname(path)))
  .sort()

export const folderOf = (name: string): string => join('examples', name)

/** The names that were asked for, if each is one of an example. */
export const known = (names: readonly string[]): readonly string[] => {
  const unknown = names.filter((name) => !examples.includes(name))
  if (!unknown.length) return names
  console.error(`There is no example ${unknown.join(', ')}. There are: ${examples.join(', ')}`)
  process.exit(2)
}

/** What it says goes to this terminal, and so does Ctrl-C, which is the program's to answer. */
export const run = async (argv: readonly string[], cwd = '.'): Promise<boolean> => {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, { cwd, stdio: 'inherit' })
  const leaveItToTheChild = () => {}
  process.on('SIGINT', leaveItToTheChild)
  const [code] = await once(child, 'exit')
  process.off('SIGINT', leaveItToTheChild)
  return code === 0
}

/** The npm that runs this, on the Node that runs this. */
const { npm_execpath: npmPath } = process.env
export const npm: readonly string[] = npmPath ? [process.execPath, npmPath] : ['npm']

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0

const sources = ['src/**/*.ts', 'scripts/build/*.ts', 'tsup.config.ts']

/** Builds the package, unless it is newer than all that it is made of. What a build says is of interest only where it fails. */
export const build = (): boolean => {
  const newest = Math.max(...globSync(sources).map(changedAt))
  if (changedAt('dist/index.js') > newest) return true
  console.log('The package is built.')
  const [program = '', ...rest] = npm
  const { status, stdout, stderr } = spawnSync(program, [...rest, 'run', '-s', 'build'], { encoding: 'utf8' })
  if (status !== 0) console.error(stdout + stderr)
  return status === 0
}

/** Installs an example with the package as it was built, unless that is what it has. */
export const install = async (name: string): Promise<boolean> => {
  const folder = folderOf(name)
  const installed = changedAt(join(folder, 'node_modules/.package-lock.json'))
  const newest = Math.max(...['dist/index.js', join(folder, 'package-lock.json')].map(changedAt))
  return installed > newest || run([...npm, 'ci', '--loglevel=error', '--prefer-offline'], folder)
}
