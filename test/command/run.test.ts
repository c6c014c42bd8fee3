import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bearward, thisRuntime } from './bearward.js'

const { run, bin } = bearward()

const coloured = '\u001b['

describe('the command', () => {
  it('says its version, and nothing else', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  })

  it('shows its subcommands on standard output when it is asked for help', async () => {
    const { code, stdout, stderr } = await run(['--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Usage: bearward <command> \[options\]\n/)
    for (const name of ['token', 'inspect', 'discover', 'mock']) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  it.each(['token', 'inspect', 'discover', 'mock'])('has a page of help for %s, with examples', async (name) => {
    const { code, stdout, stderr } = await run([name, '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^Usage: bearward ${name} .*\\[options\\]`))
    expect(stdout).toContain(`bearward ${name}`)
    expect(stdout).toContain('Examples:')
  })

  it.each(['', 'token', 'inspect', 'discover', 'mock'])('has help that fits into 80 columns: %s', async (name) => {
    const { stdout } = await run([...name.split(' ').filter(Boolean), '--help'])
    expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
  })

  it('ends with 2 when it is not understood, and says so on one line', async () => {
    const { code, stdout, stderr } = await run(['tokn'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe("bearward: unknown command 'tokn': Did you mean token?\n")
    expect((await run([])).code).toBe(2)
    expect((await run(['mock', '--port', 'x'])).code).toBe(2)
    expect((await run(['mock', '--prt', '1'])).stderr).toBe("bearward: unknown option '--prt': Did you mean --port?\n")
  })

  it('repeats no value that may be a secret when it is not understood', async () => {
    for (const argv of [
      ['token', '--client-sekret=s3cret'],
      ['token', 's3cret'],
      ['inspect', 's3cret', 's3cret'],
    ]) {
      const { code, stdout, stderr } = await run(argv)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^bearward: .+\n$/)
      expect(stderr).not.toContain('s3cret')
    }
  })

  it('colours only where it is told to, or shows a terminal', async () => {
    expect((await run(['--help'])).stdout).not.toContain(coloured)
    expect((await run(['--help'], { env: { FORCE_COLOR: '1' } })).stdout).toContain(coloured)
    expect((await run(['--help'], { env: { FORCE_COLOR: '0' } })).stdout).not.toContain(coloured)
    const failed = await run(['tokn'], { env: { FORCE_COLOR: '1' } })
    expect(failed.stderr).toContain(`${coloured}31mbearward:`)
    expect((await run(['tokn'], { env: { NO_COLOR: '1' } })).stderr).not.toContain(coloured)
  })

  it('ends with 1 and one line where its output cannot be written', async () => {
    const line = `${thisRuntime.join(' ')} '${bin}' --help > /dev/full`
    const failure = await promisify(execFile)('sh', ['-c', line]).catch((failure: unknown) => failure)
    expect(failure).toMatchObject({ code: 1, stderr: 'bearward: cannot write to standard output (ENOSPC)\n' })
  })

  it('prints where a failure came from only when it is debugged', async () => {
    expect((await run(['tokn'])).stderr).not.toContain(' at ')
    expect((await run(['tokn'], { env: { BEARWARD_DEBUG: '1' } })).stderr).toContain(' at ')
  })
})
