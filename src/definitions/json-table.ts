import type { FieldTable, FieldValue } from '../wire/field-table.ts';

/** An argument table as JSON has it. @throws Error for what AMQP has no type for */
export function tableFromJson(value: Readonly<Record<string, unknown>>): FieldTable {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, valueFromJson(field)]),
  );
}

/** An argument table as JSON has it: types are lost, octets that are no text become base64. */
export function tableToJson(table: FieldTable): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(table).map(([name, field]) => [name, valueToJson(field)]),
  );
}

function valueFromJson(value: unknown): FieldValue {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return value.map(valueFromJson);
      return tableFromJson(value as Readonly<Record<string, unknown>>);
    default:
      throw new Error(`a ${typeof value} can't be an argument`);
  }
}

function valueToJson(value: FieldValue | undefined): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Buffer.isBuffer(value)) {
    const text = value.toString('utf8');
    return Buffer.from(text).equals(value) ? text : value.toString('base64');
  }
  if (Array.isArray(value)) return value.map(valueToJson);
  if ('!' in value) return decodedNumber(value['!'], value.value);
  return tableToJson(value as FieldTable);
}

function decodedNumber(type: unknown, value: unknown): unknown {
  if (type === 'decimal') {
    const { digits, places } = value as { digits: number; places: number };
    return digits / 10 ** places;
  }
  return typeof value === 'bigint' ? Number(value) : value;
}
