import { isUtf8 } from 'node:buffer';
import type { FieldTable, FieldValue } from '../wire/field-table.ts';

/**
 * A text that is the same for two field values if and only if headers exchanges and the identity
 * of bindings treat them as equal: numbers by value whatever their width, text and octets alike
 * when they are the same octets, tables without regard to the order of their fields.
 */
export function fieldValueKey(value: FieldValue): string {
  if (value === null) return 'v';
  if (typeof value === 'string') return textKey(value);
  if (typeof value === 'number' || typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (Buffer.isBuffer(value)) {
    return isUtf8(value) ? textKey(value.toString()) : `x${value.toString('hex')}`;
  }
  if (Array.isArray(value)) return `a${value.map(fieldValueKey).join('')}e`;
  return tableKey(value as FieldTable);
}

/** The same for a whole table; a table without fields has a key, too. */
export function tableKey(table: FieldTable): string {
  let key = 'o';
  for (const name of Object.keys(table).sort()) {
    const value = table[name];
    if (value !== undefined) key += textKey(name) + fieldValueKey(value);
  }
  return `${key}e`;
}

/** Starts with the length: no text can be mistaken for the end of another one. */
function textKey(text: string): string {
  return `s${text.length}:${text}`;
}
