import { readCommandLine } from './command-line.ts';
import { completeOptions } from './complete.ts';
import type { ReadFile } from './config-file.ts';
import { readEnvironment } from './environment.ts';
import type { Machine } from './machine.ts';
import { OptionError } from './option-error.ts';
import type { BrokerOptions } from './options.ts';

/** What the command has to do. */
export type Invocation =
  | { readonly kind: 'run'; readonly options: BrokerOptions }
  /** Verify the data directory. */
  | { readonly kind: 'check'; readonly options: BrokerOptions }
  | { readonly kind: 'print'; readonly text: string }
  /** `line` says what is wrong with which option; it ends without a line break. */
  | { readonly kind: 'refused'; readonly line: string };

/**
 * Turns arguments, environment and config file into options. The first of these that states an
 * option wins: command line, environment, config file, default.
 *
 * @param argv the arguments behind the program's name
 */
export async function parseInvocation(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  readFile: ReadFile,
  machine: Machine,
): Promise<Invocation> {
  try {
    const line = readCommandLine(argv);
    if (line.kind === 'print') return line;
    const variables = readEnvironment(environment);
    const path = line.configPath ?? variables.configPath;
    const file = path === null ? {} : await readConfigFile(path, readFile);
    const given = { ...file, ...variables.given, ...line.given };
    return { kind: line.kind, options: completeOptions(given, 'command', machine) };
  } catch (error) {
    if (error instanceof OptionError) return { kind: 'refused', line: error.message };
    throw error;
  }
}

/** The parsers of config files are loaded by those who have one: they double the start-up time. */
async function readConfigFile(path: string, readFile: ReadFile) {
  const configFile = await import('./config-file.ts');
  return configFile.readConfigFile(path, readFile);
}
