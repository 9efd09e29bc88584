import type { FieldTable, FieldValue } from '../wire/field-table.ts';
import { fieldValueKey } from './field-value-key.ts';

const MATCH_MODES: readonly unknown[] = ['all', 'any', 'all-with-x', 'any-with-x'];

/** Sorts a name in front of its value's key; no key of a value starts with it. */
const PRESENCE = '?';

/** One header that a binding asks for. */
export interface HeaderCondition {
  readonly name: string;
  /** Equal to `headerToken` of the headers that fulfil the condition, or to `presenceToken`. */
  readonly token: string;
}

/** The text that stands for "the header `name` has the value `value`". */
export function headerToken(name: string, value: FieldValue): string {
  return `${name.length}:${name}${fieldValueKey(value)}`;
}

/** The text that stands for "there is a header `name`". */
export function presenceToken(name: string): string {
  return `${name.length}:${name}${PRESENCE}`;
}

/**
 * What is wrong with the arguments of a binding to a headers exchange, or null: the broker answers
 * with a channel error, PRECONDITION_FAILED. Without `x-match` a binding means `all`.
 */
export function headersBindingFault(args: FieldTable): string | null {
  const mode = args['x-match'];
  if (mode === undefined || MATCH_MODES.includes(mode)) return null;
  if (typeof mode === 'string') {
    return `Invalid x-match field value '${mode}'; expected all, any, all-with-x, or any-with-x`;
  }
  return 'Invalid x-match field type; expected longstr';
}

/** Whether one fulfilled condition is enough. */
export function matchesAny(args: FieldTable): boolean {
  const mode = args['x-match'];
  return mode === 'any' || mode === 'any-with-x';
}

/**
 * The conditions in the arguments of a binding, sorted by name. Names that start with `x-` are
 * conditions only in the modes `…-with-x`, `x-match` never is. A void value asks for presence.
 */
export function headerConditions(args: FieldTable): HeaderCondition[] {
  const mode = args['x-match'];
  const withX = mode === 'all-with-x' || mode === 'any-with-x';
  const conditions: HeaderCondition[] = [];
  for (const name of Object.keys(args).sort()) {
    if (name === 'x-match' || (!withX && name.startsWith('x-'))) continue;
    const value = args[name];
    if (value === undefined) continue;
    const token = value === null ? presenceToken(name) : headerToken(name, value);
    conditions.push({ name, token });
  }
  return conditions;
}
