import type { FieldTable, FieldValue } from '../../wire/field-table.ts';

/** What JSON can say. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** An object in JSON. */
export type JsonObject = { readonly [name: string]: Json };

/**
 * A field table as JSON says it: octets as text, numbers without their type. Nothing in it shares
 * memory with the table, so that it can be sent to another thread.
 */
export function plainTable(table: FieldTable): JsonObject {
  const plain: Record<string, Json> = {};
  for (const [name, value] of Object.entries(table)) {
    if (value !== undefined) plain[name] = plainValue(value);
  }
  return plain;
}

function plainValue(value: FieldValue): Json {
  if (value === null || typeof value !== 'object') {
    return typeof value === 'bigint' ? Number(value) : value;
  }
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  if (Array.isArray(value)) return value.map(plainValue);
  const table = value as FieldTable;
  const type = table['!'];
  if (type === 'decimal') {
    const { digits, places } = table.value as unknown as { digits: number; places: number };
    return digits / 10 ** places;
  }
  if (typeof type === 'string' && 'value' in table) return plainValue(table.value as FieldValue);
  return plainTable(table);
}
