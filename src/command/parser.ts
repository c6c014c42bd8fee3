import process from 'node:process'
import { Command, CommanderError } from 'commander'
import { paint } from './terminal.js'
import { UsageError } from './usage-error.js'

export { Command, InvalidArgumentError, Option } from 'commander'

const configured = (command: Command): Command =>
  command
    .exitOverride()
    .configureOutput({
      // The failure is told once, by who catches it. Whether there are colours is the decision of `paint`.
      outputError: () => {},
      getOutHasColors: () => true,
      getOutHelpWidth: () => Math.min(process.stdout.columns ?? 80, 100),
    })
    .configureHelp({
      minWidthToWrap: 30,
      subcommandTerm: (one) => one.name(),
      styleTitle: (text) => paint('bold', text),
      styleCommandText: (text) => paint('cyan', text),
      styleSubcommandText: (text) => paint('cyan', text),
      styleOptionText: (text) => paint('cyan', text),
      styleArgumentText: (text) => paint('cyan', text),
    })
    .helpOption('-h, --help', 'Show this help')
    .helpCommand(false)

const examplesOf = (examples: Readonly<Record<string, string>>): string =>
  [
    '',
    paint('bold', 'Examples:'),
    ...Object.entries(examples).flatMap(([what, line]) => [`  ${paint('dim', `# ${what}`)}`, `  ${line}`]),
  ].join('\n')

export interface SubcommandHelp {
  readonly name: string
  /** One line, in the list of subcommands and on its own page. */
  readonly summary: string
  /** More lines, on its own page alone. */
  readonly more?: string
  /** What it takes beside options, in the line that shows how it is used. @default nothing */
  readonly arguments?: string
  /** What an example does → the example. */
  readonly examples: Readonly<Record<string, string>>
}

/** A subcommand without options and arguments yet: add those, and an `action`. */
export const subcommand = ({ name, summary, more, arguments: operands = '', examples }: SubcommandHelp): Command =>
  configured(new Command(name))
    .summary(summary)
    .description(more ? `${summary}\n\n${more}` : summary)
    .usage(`${operands} [options]`.trim())
    .addHelpText('after', () => examplesOf(examples))

/** The command that has these subcommands. */
export const program = (version: string, subcommands: readonly Command[]): Command => {
  const whole = configured(new Command('bearward'))
    .description('OAuth 2.0 from the command line: tokens, what is in them, what a server can do, and a mock of one.')
    .usage('<command> [options]')
    .version(version, '-V, --version', 'Show the version')
    .addHelpText('after', '\nbearward <command> --help says more of each.')
  for (const one of subcommands) whole.addCommand(one)
  return whole
}

/** What the parser says in words of ours, without a value that was given: it may be a secret. */
const complaint = ({ code, message }: CommanderError): string => {
  if (code === 'commander.help') return 'a command is missing'
  if (code === 'commander.excessArguments') return 'there are more arguments than this command takes'
  return message
    .replace(/^error: /, '')
    .replace(/^(unknown option '[^'=]*)=[^']*/, '$1')
    .replace(/\n\((.*)\)$/, ': $1')
}

/**
 * Parses and runs. Help and the version are printed, and nothing is run.
 * @throws {UsageError} for what cannot be parsed; what the subcommand throws.
 */
export const parse = async (command: Command, argv: readonly string[]): Promise<void> => {
  try {
    await command.parseAsync(argv, { from: 'user' })
  } catch (failure) {
    if (!(failure instanceof CommanderError)) throw failure
    if (failure.exitCode !== 0) throw new UsageError(complaint(failure))
  }
}
