import { profileNames } from '../testing/profiles/names.js'
import { serve } from './mock/serve.js'
import { defaultPort, type MockArguments } from './mock/settings.js'
import { type Command, InvalidArgumentError, Option, subcommand } from './parser.js'
import { whole } from './whole.js'

const seconds = (text: string): number => {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of seconds.')
  return Number(text)
}

const file = (text: string): string => {
  if (text === '') throw new InvalidArgumentError('It must name a file.')
  return text
}

const each = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

const lifetime = (of: string, what: string): Option => new Option(`--${of} <s>`, what).argParser(seconds)

/** All options, under what they are of. */
const options = (): Readonly<Record<string, readonly Option[]>> => ({
  'The mock:': [
    new Option('--config <file>', 'What it is to be, as JSON or as a module').argParser(file),
    new Option('--port <number>', `0 takes a free one (default: ${defaultPort})`).argParser(whole(2 ** 16)),
    new Option('--profile <service>', 'The service to answer like').choices(profileNames),
    new Option('--issuer <path>', 'The path of its issuer, as /realms/x'),
    new Option('--client <id=uris>', 'A client, with its redirect URIs and commas between them; repeatable').argParser(
      each,
    ),
    new Option('--login <how>', 'Who decides about logins, a person at a page or nobody').choices([
      'page',
      'automatic',
    ]),
    new Option('--https', 'Speak TLS, with a certificate made for it'),
    new Option('--certificate <file>', 'Where to write what clients must trust; implies --https').argParser(file),
  ],
  'What goes wrong:': [
    new Option('--fault <fault>', 'As token=503x2; repeatable').argParser(each),
    new Option('--seed <number>', 'Decides what chance does (default: 1)').argParser(whole(2 ** 31)),
  ],
  'Tokens, in seconds:': [
    lifetime('access-token-lifetime', 'Of an access token'),
    lifetime('refresh-token-lifetime', 'Of a refresh token'),
    lifetime('refresh-token-grace-period', 'For which a used one may come again'),
    lifetime('authorization-code-lifetime', 'Of a code'),
    lifetime('device-code-lifetime', 'Of a device code'),
    lifetime('device-interval', 'Between two requests of a device'),
    new Option('--token-format <format>', 'Of access tokens').choices(['opaque', 'jwt']),
    new Option('--no-rotation', 'A refresh token stays the same'),
  ],
  'What it demands:': [
    new Option('--require-par', 'Authorization requests must be pushed'),
    new Option('--require-dpop', 'Tokens must be bound by DPoP'),
    new Option('--dpop-nonce <server>', 'Who wants a nonce in proofs').choices([
      'authorization-server',
      'resource',
      'both',
    ]),
  ],
  'What it tells:': [
    new Option('--json', 'Lines of JSON').conflicts('quiet'),
    new Option('--quiet', 'Nothing but the origin'),
  ],
})

export const mock = (): Command => {
  const command = subcommand({
    name: 'mock',
    summary: 'Run a mock authorization server on this machine',
    more: [
      'It is strict, as a good server is, and misbehaves where it is told to. Without options it has two clients, a',
      'confidential and a public one. A secret of your own comes from a configuration file, or from the environment:',
      'BEARWARD_MOCK_SECRET_WEB is that of the client web.',
    ].join(' '),
    examples: {
      'with clients that are ready-made': 'bearward mock',
      'like a service, with a bad day': 'bearward mock --profile smokeball --port 8080 --fault token=503x2 --seed 7',
      'with a client of yours': 'bearward mock --client web=http://localhost:3000/callback',
      'all that there is to say, in a file': 'bearward mock --config mock.json',
    },
  })
  for (const [group, all] of Object.entries(options())) {
    for (const one of all) command.addOption(one.helpGroup(group))
  }
  return command.action((given: MockArguments) => serve(given))
}
