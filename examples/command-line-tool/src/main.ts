#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { OAuthError } from 'bearward'
import { login, logout, orders, whoami } from './commands.ts'
import { printable } from './printable.ts'

const usage = `mytool login             logs you in, in your browser
mytool login --device    the same where there is no browser: you enter a code on another machine
mytool whoami            says who is logged in
mytool orders            lists your orders, as JSON
mytool logout            logs you out`

class UsageError extends Error {}

const parse = () => {
  try {
    return parseArgs({ options: { device: { type: 'boolean', default: false } }, allowPositionals: true })
  } catch {
    throw new UsageError()
  }
}

const run = async (): Promise<void> => {
  const { values, positionals } = parse()
  const [command, ...rest] = positionals
  if (rest.length || (values.device && command !== 'login')) throw new UsageError()
  switch (command) {
    case 'login':
      return login({ device: values.device })
    case 'whoami':
      return whoami()
    case 'orders':
      return orders()
    case 'logout':
      return logout()
    default:
      throw new UsageError()
  }
}

try {
  await run()
} catch (error) {
  if (error instanceof UsageError) {
    console.error(usage)
    process.exitCode = 2
  } else {
    // Nobody is logged in, or not any more: the code says so, whatever the reason was.
    const isLoggedOut = error instanceof OAuthError && /^session_/.test(error.code)
    console.error(
      isLoggedOut ? 'You are not logged in: mytool login' : `mytool: ${printable((error as Error).message)}`,
    )
    process.exitCode = 1
  }
}
