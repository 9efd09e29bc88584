import { extname } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import type { GivenOptions } from './complete.ts';
import { OptionError } from './option-error.ts';
import { OPTION_ENTRIES, type OptionName } from './options.ts';
import { unknownOption } from './unknown-option.ts';
import { readUsers } from './users-schema.ts';
import { type OptionValue, readValue } from './values.ts';

/** Returns a file's text; throws when there is none. */
export type ReadFile = (path: string) => string;

/**
 * Reads a config file, TOML or JSON by its extension. Its keys are the flags without dashes.
 *
 * @throws OptionError when the file cannot be read or parsed, or holds an unknown or
 *   unacceptable option
 */
export function readConfigFile(path: string, readFile: ReadFile): GivenOptions {
  const given: { [Name in OptionName]?: OptionValue } = {};
  for (const [key, value] of Object.entries(parseDocument(path, readFile))) {
    const entry = OPTION_ENTRIES.find(([, option]) => option.flag === key);
    if (entry === undefined) {
      const valid = OPTION_ENTRIES.map(([, option]) => option.flag);
      throw unknownOption(`${path}: unknown option`, key, valid);
    }
    const [name, option] = entry;
    const where = `${path}: ${key}`;
    given[name] =
      option.kind === 'users' ? readUsers(value, where) : readValue(option, value, where);
  }
  return given;
}

function parseDocument(path: string, readFile: ReadFile): Readonly<Record<string, unknown>> {
  const parse = parserOf(path);
  const text = attempt(`cannot read ${path}`, () => readFile(path));
  const document = attempt(`cannot parse ${path}`, () => parse(text));
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new OptionError(`${path}: not an object (valid: an object with an option per key)`);
  }
  return document as Readonly<Record<string, unknown>>;
}

function parserOf(path: string): (text: string) => unknown {
  switch (extname(path).toLowerCase()) {
    case '.toml':
      return parseToml;
    case '.json':
      return JSON.parse;
    default:
      throw new OptionError(`--config: ${path} is no config file (valid: .toml, .json)`);
  }
}

/** Does what may fail for reasons outside the program, and states the reason in one line. */
function attempt<Result>(what: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw new OptionError(`${what}: ${reason}`);
  }
}
