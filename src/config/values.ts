import { validText } from './describe.ts';
import { OptionError } from './option-error.ts';
import { OCTETS_MAX, type OptionDefinition } from './option-kinds.ts';
import { parseDuration, parseOctets } from './units.ts';
import type { UserSettings } from './users.ts';

/** What the value of any option may be. */
export type OptionValue = string | number | boolean | readonly string[] | readonly UserSettings[];

/** Longest piece of a refused value that is repeated in the error line, in characters. */
const SHOWN_LENGTH_MAX = 60;

/**
 * Reads one value as text (command line, environment, config file) or typed (config file, program).
 *
 * @param where how the place the value comes from is called in an error
 * @throws OptionError when the option does not accept the value
 */
export function readValue(option: OptionDefinition, value: unknown, where: string): OptionValue {
  const result = convert(option, value);
  if (result === null) {
    throw new OptionError(`${where}: ${shown(value)} is not valid (valid: ${validText(option)})`);
  }
  return result;
}

/** The value in the option's type, or null when the option does not accept it. */
function convert(option: OptionDefinition, value: unknown): OptionValue | null {
  switch (option.kind) {
    case 'text':
      return typeof value === 'string' && option.pattern.test(value) ? value : null;
    case 'choice':
      return option.choices.find((choice) => choice === value) ?? null;
    case 'flag':
      return toFlag(value);
    case 'names':
      return toNames(value, option.atLeast);
    case 'users':
      return Array.isArray(value) ? value : null;
    case 'memory': {
      const size = toNumber(value, parseShareOrOctets);
      if (size >= 0 && size <= 1) return size;
      return inRange(size, { min: option.minOctets, max: OCTETS_MAX });
    }
    case 'integer':
      return inRange(toNumber(value, parseInteger), option);
    case 'duration':
      return inRange(
        toNumber(value, (text) => parseDuration(text, option.unit)),
        option,
      );
    case 'octets': {
      const size = inRange(toNumber(value, parseOctets), option);
      const fits =
        size !== null && (option.powerOfTwo !== true || Number.isInteger(Math.log2(size)));
      return fits ? size : null;
    }
  }
}

function toNumber(value: unknown, parse: (text: string) => number): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? parse(value.trim()) : Number.NaN;
}

function parseInteger(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
}

function parseShareOrOctets(text: string): number {
  return /^(0?\.\d+|1\.0*)$/.test(text) ? Number(text) : parseOctets(text);
}

function inRange(
  value: number,
  { min, max }: { readonly min: number; readonly max: number },
): number | null {
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}

function toFlag(value: unknown): boolean | null {
  if (typeof value === 'boolean') return value;
  if (value === 'true') return true;
  return value === 'false' ? false : null;
}

function toNames(value: unknown, atLeast: number): readonly string[] | null {
  const list = typeof value === 'string' ? splitNames(value) : value;
  if (!Array.isArray(list) || list.length < atLeast || new Set(list).size < list.length) {
    return null;
  }
  return list.every((name) => typeof name === 'string' && name !== '') ? list : null;
}

function splitNames(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((name) => name.trim());
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length > SHOWN_LENGTH_MAX ? `${json.slice(0, SHOWN_LENGTH_MAX)}…` : json;
}
