import type { DurationUnit } from './units.ts';
import type { UserSettings } from './users.ts';

/** The most a count may be: it must stay exact in 32-bit arithmetic. */
export const COUNT_MAX = 2 ** 31 - 1;
/** The most a bound in octets may be: beyond any machine's memory, still exact in a double. */
export const OCTETS_MAX = 2 ** 50;

/** What every option has: its flag (without dashes, also its key in files) and its help text. */
interface Described {
  readonly flag: string;
  readonly description: string;
  /** How the default is described where it depends on the machine or on another option. */
  readonly defaultText?: string;
}

export interface TextOption extends Described {
  readonly kind: 'text';
  readonly default: string;
  readonly embeddedDefault?: string;
  readonly pattern: RegExp;
  /** What `pattern` allows, in words. */
  readonly valid: string;
}

/** A whole number; `default` is null where it is computed (see complete.ts). */
export interface IntegerOption extends Described {
  readonly kind: 'integer';
  readonly default: number | null;
  readonly embeddedDefault?: number;
  readonly min: number;
  readonly max: number;
}

/** A size in octets; `KiB`, `MiB` and `GiB` are accepted in text. */
export interface OctetsOption extends Described {
  readonly kind: 'octets';
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly powerOfTwo?: boolean;
}

/** A time span; its value is in `unit`s, text may carry `ms`, `s` or `m`. */
export interface DurationOption extends Described {
  readonly kind: 'duration';
  readonly unit: DurationUnit;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface FlagOption extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}

export interface ChoiceOption<Choice extends string = string> extends Described {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
  readonly default: Choice;
  readonly embeddedDefault?: Choice;
}

/** A share of the machine's memory (0 < share <= 1), a size in octets, or 0 for no limit. */
export interface MemoryOption extends Described {
  readonly kind: 'memory';
  readonly default: number;
  readonly minOctets: number;
}

/** A list of names; comma-separated in text. */
export interface NamesOption extends Described {
  readonly kind: 'names';
  readonly default: readonly string[];
  readonly atLeast: number;
}

/** The list of users: nested, therefore in a config file or from a program only. */
export interface UsersOption extends Described {
  readonly kind: 'users';
  readonly default: readonly UserSettings[];
}

export type OptionDefinition =
  | TextOption
  | IntegerOption
  | OctetsOption
  | DurationOption
  | FlagOption
  | ChoiceOption
  | MemoryOption
  | NamesOption
  | UsersOption;

/** The TypeScript type of an option's value. */
export type ValueOf<Option extends OptionDefinition> =
  Option extends ChoiceOption<infer Choice>
    ? Choice
    : Option extends FlagOption
      ? boolean
      : Option extends TextOption
        ? string
        : Option extends NamesOption
          ? readonly string[]
          : Option extends UsersOption
            ? readonly UserSettings[]
            : number;

type Range = readonly [min: number, max: number];

export function text(name: string, value: string, description: string): TextOption {
  return { kind: 'text', flag: name, default: value, pattern: /./, valid: 'any text', description };
}

export function integer(
  name: string,
  value: number | null,
  [min, max]: Range,
  description: string,
): IntegerOption {
  return { kind: 'integer', flag: name, default: value, min, max, description };
}

export function octets(
  name: string,
  value: number,
  [min, max]: Range,
  description: string,
): OctetsOption {
  return { kind: 'octets', flag: name, default: value, min, max, description };
}

export function duration(
  name: string,
  unit: DurationUnit,
  value: number,
  [min, max]: Range,
  description: string,
): DurationOption {
  return { kind: 'duration', flag: name, unit, default: value, min, max, description };
}

export function choice<const Choice extends string>(
  name: string,
  value: Choice,
  choices: readonly Choice[],
  description: string,
): ChoiceOption<Choice> {
  return { kind: 'choice', flag: name, default: value, choices, description };
}

export function flag(name: string, value: boolean, description: string): FlagOption {
  return { kind: 'flag', flag: name, default: value, description };
}

export function memory(
  name: string,
  value: number,
  minOctets: number,
  description: string,
): MemoryOption {
  return { kind: 'memory', flag: name, default: value, minOctets, description };
}

export function names(
  name: string,
  value: readonly string[],
  atLeast: number,
  description: string,
): NamesOption {
  return { kind: 'names', flag: name, default: value, atLeast, description };
}

export function users(name: string, description: string): UsersOption {
  return { kind: 'users', flag: name, default: [], defaultText: 'the default user', description };
}
