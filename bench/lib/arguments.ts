import { type ParseArgsConfig, parseArgs } from 'node:util';

/** A command line that cannot be run: the text names what is valid. */
export class ArgumentError extends Error {}

/**
 * `text` as a whole number of at least `min`.
 * @throws ArgumentError if it is not one
 */
export function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < min) {
    throw new ArgumentError(`--${name} takes a whole number from ${min} on, not '${text}'`);
  }
  return value;
}

/**
 * `text` as whole numbers with commas between them.
 * @throws ArgumentError if one is not a number of at least `min`
 */
export function wholeNumbers(name: string, text: string, min: number): number[] {
  return text.split(',').map((part) => wholeNumber(name, part, min));
}

/**
 * `text` as a number greater than 0, such as seconds.
 * @throws ArgumentError if it is not one
 */
export function positiveNumber(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new ArgumentError(`--${name} takes a number greater than 0, not '${text}'`);
  }
  return value;
}

/**
 * `text` as one of `choices`.
 * @throws ArgumentError that names the choices
 */
export function oneOf<Choice extends string>(
  name: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined) {
    throw new ArgumentError(`--${name} takes ${choices.join(', ')}, not '${text}'`);
  }
  return choice;
}

/** Options as parseArgs of node:util takes them. */
type Options = NonNullable<ParseArgsConfig['options']>;

/** What parseArgs makes of options. */
type Values<Known extends Options> = ReturnType<typeof parseArgs<{ options: Known }>>['values'];

/**
 * Runs a bench on the command line of this process, or prints `help` if that is asked for. A
 * refused command line and a failed run are an explanation and exit code 1.
 */
export async function runBench<const Known extends Options>(
  help: string,
  options: Known,
  main: (values: Values<Known>, startedAt: Date) => Promise<void>,
): Promise<void> {
  const startedAt = new Date();
  try {
    const allOptions: Options = { ...options, help: { type: 'boolean' } };
    const { help: asked, ...values } = parseArgs({ options: allOptions }).values;
    if (asked === true) process.stdout.write(help);
    else await main(values as Values<Known>, startedAt);
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = 1;
  }
}

function errorText(error: unknown): string {
  if (error instanceof ArgumentError || isParseError(error)) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whether `error` is what parseArgs of node:util throws at an option that it doesn't know. */
function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code));
}
