import { once } from 'node:events'
import { interruption } from './interruption.js'
import { type Command, InvalidArgumentError, Option, subcommand } from './parser.js'
import { putOut } from './terminal.js'

const portOf = (text: string): number => {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port >= 2 ** 16) throw new InvalidArgumentError('It must be a whole number below 65536.')
  return port
}

/** Serves until it is interrupted. */
const serve = async ({ port }: { readonly port: number }): Promise<void> => {
  const { createMockAuthorizationServer } = await import('../testing/index.js')
  const clients = [{ clientId: 'client', clientSecret: 'secret' }]
  const interrupted = interruption()
  const listening = await createMockAuthorizationServer({ clients }).listen({ port })
  putOut(listening.origin)
  if (!interrupted.aborted) await once(interrupted, 'abort')
  await listening.close()
}

export const mock = (): Command =>
  subcommand({
    name: 'mock',
    summary: 'Run a mock authorization server on this machine',
    examples: { 'on a port of your own': 'bearward mock --port 8080' },
  })
    .addOption(new Option('--port <number>', 'The port to listen on').argParser(portOf).default(0, 'a free one'))
    .action(serve)
