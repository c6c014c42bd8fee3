import { profileNames } from './mock/config-fields.js'
import { serve } from './mock/serve.js'
import { defaultPort, type MockArguments } from './mock/settings.js'
import { type Command, InvalidArgumentError, Option, subcommand } from './parser.js'

const whole =
  (below: number) =>
  (text: string): number => {
    const number = Number(text)
    if (!/^\d+$/.test(text) || number >= below) {
      throw new InvalidArgumentError(`It must be a whole number below ${below}.`)
    }
    return number
  }

const seconds = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.')
  return Number(text)
}

const file = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must name a file.')
  return text
}

const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

const lifetime = (of: string, what: string): Option => new Option(`--${of} <seconds>`, what).argParser(seconds)

export const mock = (): Command =>
  subcommand({
    name: 'mock',
    summary: 'Run a mock authorization server on this machine',
    more: `It is strict, as a good server is, and misbehaves where it is told to. Without options it has two clients, a confidential
and a public one. A secret of your own comes from a configuration file, or from the environment
(BEARWARD_MOCK_SECRET_WEB is that of the client web).`,
    examples: {
      'with clients that are ready-made': 'bearward mock',
      'like a service, with a bad day': 'bearward mock --profile smokeball --port 8080 --fault token=503x2 --seed 7',
      'with a client of yours': 'bearward mock --client web=http://localhost:3000/callback',
      'all that there is to say, in a file': 'bearward mock --config mock.json',
    },
  })
    .addOption(new Option('--config <file>', 'What the mock is to be, as JSON or as a module').argParser(file))
    .addOption(new Option('--port <number>', `0 takes a free one (default: ${defaultPort})`).argParser(whole(2 ** 16)))
    .addOption(new Option('--profile <service>', 'The service to answer like').choices(profileNames))
    .addOption(new Option('--issuer <path>', 'The path of the issuer, as /realms/x'))
    .addOption(
      new Option(
        '--client <id=uris>',
        'A client and its redirect URIs, with commas between them; repeatable',
      ).argParser(each),
    )
    .addOption(new Option('--fault <fault>', 'What goes wrong, as token=503x2; repeatable').argParser(each))
    .addOption(
      new Option('--seed <number>', 'Decides what chance does to faults (default: 1)').argParser(whole(2 ** 31)),
    )
    .addOption(lifetime('access-token-lifetime', 'Of access tokens'))
    .addOption(lifetime('refresh-token-lifetime', 'Of refresh tokens'))
    .addOption(lifetime('refresh-token-grace-period', 'For which a refresh token that was used may come again'))
    .addOption(lifetime('authorization-code-lifetime', 'Of authorization codes'))
    .addOption(lifetime('device-code-lifetime', 'Of device codes'))
    .addOption(lifetime('device-interval', 'Between two requests of a device'))
    .addOption(new Option('--token-format <format>', 'Of access tokens').choices(['opaque', 'jwt']))
    .addOption(new Option('--no-rotation', 'A refresh token stays the same when it is used'))
    .addOption(new Option('--require-par', 'Authorization requests must be pushed'))
    .addOption(new Option('--require-dpop', 'Tokens must be bound by DPoP'))
    .addOption(
      new Option('--dpop-nonce <server>', 'Who wants a nonce in DPoP proofs').choices([
        'authorization-server',
        'resource',
        'both',
      ]),
    )
    .addOption(
      new Option('--login <how>', 'Who decides about logins: a person at a page, or nobody').choices([
        'page',
        'automatic',
      ]),
    )
    .addOption(new Option('--https', 'Speak TLS, with a certificate made for it'))
    .addOption(
      new Option(
        '--certificate <file>',
        'Where to write the certificate that clients must trust; implies --https',
      ).argParser(file),
    )
    .addOption(new Option('--json', 'Tell what happens as lines of JSON').conflicts('quiet'))
    .addOption(new Option('--quiet', 'Tell nothing but the origin'))
    .action((given: MockArguments) => serve(given))
