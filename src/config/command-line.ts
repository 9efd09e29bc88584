import { Command, CommanderError, Option } from 'commander';
import type { GivenOptions } from './complete.ts';
import { defaultText, placeholder, validText } from './describe.ts';
import { OptionError } from './option-error.ts';
import type { OptionDefinition } from './option-kinds.ts';
import { OPTION_GROUPS, type OptionName } from './options.ts';
import { unknownOption } from './unknown-option.ts';
import { type OptionValue, readValue } from './values.ts';
import { VERSION } from './version.ts';

/** What the arguments ask for: some text, a broker with these options, or its directory's check. */
export type CommandLine =
  | { readonly kind: 'print'; readonly text: string }
  | {
      readonly kind: 'run' | 'check';
      readonly configPath: string | null;
      readonly given: GivenOptions;
    };

const HELP_COLUMNS = 100;

const CLOSING = `
Sizes accept KiB, MiB and GiB; times accept ms, s and m.
Every option can also be set by an environment variable (--frame-max by DIRECTMQ_FRAME_MAX) and in
the config file (frame-max). Command line goes before environment before config file before default.
`;

/**
 * Reads the arguments that follow the program's name.
 *
 * @throws OptionError for an unknown, repeated or unacceptable option
 */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const command = describeCommand();
  const { operands, unknown } = parse(command, argv);
  const [stranger] = unknown;
  if (stranger !== undefined) {
    const flags = command.options.map((option) => option.long ?? option.flags);
    throw unknownOption('unknown option', stranger.replace(/=.*$/s, ''), flags);
  }
  if (operands.length > 0) {
    throw new OptionError(`unexpected argument ${operands[0]} (valid: options, see --help)`);
  }
  const stated = command.opts();
  if (stated.help === true) return { kind: 'print', text: command.helpInformation() + CLOSING };
  if (stated.version === true) return { kind: 'print', text: `directmq ${VERSION}\n` };
  return {
    kind: stated.check === true ? 'check' : 'run',
    configPath: only(stated.config, '--config') ?? null,
    given: readGiven(command, stated),
  };
}

function describeCommand(): Command {
  const command = new Command('directmq')
    .usage('[options]')
    .description('AMQP 0-9-1 message broker with Direct Mode')
    .helpOption(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, getOutHelpWidth: () => HELP_COLUMNS });
  command
    .addOption(new Option('-h, --help', 'Print this text').helpGroup('General'))
    .addOption(new Option('--version', 'Print the version').helpGroup('General'))
    .addOption(new Option('--check', 'Verify the data directory, and end').helpGroup('General'))
    .addOption(
      new Option('--config <file>', 'Read options from a .toml or .json file')
        .argParser(collect)
        .helpGroup('General'),
    );
  for (const { option, heading } of offered()) {
    for (const flags of flagsOf(option)) {
      const described = new Option(
        flags,
        flags.startsWith('--no-') ? `The opposite of --${option.flag}` : help(option),
      );
      if (option.kind !== 'flag') described.argParser(collect);
      command.addOption(described.helpGroup(heading));
    }
  }
  return command;
}

/** The options that the command line offers: nested ones do not fit into an argument. */
function offered(): { name: OptionName; option: OptionDefinition; heading: string }[] {
  return Object.entries(OPTION_GROUPS).flatMap(([heading, group]) =>
    Object.entries(group)
      .filter(([, option]) => option.kind !== 'users')
      .map(([name, option]) => ({ name: name as OptionName, option, heading })),
  );
}

function flagsOf(option: OptionDefinition): readonly string[] {
  if (option.kind === 'flag') return [`--${option.flag}`, `--no-${option.flag}`];
  return [`--${option.flag} ${placeholder(option)}`];
}

function help(option: OptionDefinition): string {
  return `${option.description} (${validText(option)}; default: ${defaultText(option)})`;
}

/** Keeps every value of an option, so that a second one is noticed. */
function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function parse(command: Command, argv: readonly string[]): ReturnType<Command['parseOptions']> {
  try {
    return command.parseOptions([...argv]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new OptionError(error.message.replace(/^error: /, ''));
  }
}

function readGiven(command: Command, stated: Readonly<Record<string, unknown>>): GivenOptions {
  const given: { [Name in OptionName]?: OptionValue } = {};
  for (const { name, option } of offered()) {
    const flag = `--${option.flag}`;
    const key = command.options.find(({ long }) => long === flag)?.attributeName() ?? name;
    const value = option.kind === 'flag' ? stated[key] : only(stated[key], flag);
    if (value !== undefined) given[name] = readValue(option, value, flag);
  }
  return given;
}

/** The one value that `collect` kept, or undefined when the option was not given. */
function only(collected: unknown, flag: string): string | undefined {
  if (!Array.isArray(collected)) return undefined;
  if (collected.length > 1) {
    throw new OptionError(`${flag} is given ${collected.length} times (valid: once)`);
  }
  return collected[0];
}
