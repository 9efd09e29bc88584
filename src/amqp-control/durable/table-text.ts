import type { FieldTable } from '../../wire/field-table.ts';
import { decodeTable, encodeTable } from '../../wire/field-table.ts';

/** A table as text: AMQP's own encoding in base64, because JSON knows fewer types. */
export function tableText(table: FieldTable): string {
  return encodeTable(table).toString('base64');
}

/** The table that `tableText` made a text of. */
export function readTable(text: string): FieldTable {
  const octets = Buffer.from(text, 'base64');
  return decodeTable(octets, 0, octets.length);
}
