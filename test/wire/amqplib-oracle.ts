/** amqplib's own codec, which knows the protocol independently of ours. */
import { createRequire } from 'node:module';
import type { FieldTable } from '../../src/wire/field-table.ts';
import type { BasicProperties } from '../../src/wire/properties.ts';

/** An argument of a method. */
interface Argument {
  readonly name: string;
  readonly type: string;
}

interface Definitions {
  /** Throws if amqplib doesn't know the method. */
  info(methodNumber: number): { readonly args: readonly Argument[] };
  encodeMethod(methodNumber: number, channel: number, fields: object): Buffer;
  encodeProperties(
    classId: number,
    channel: number,
    bodySize: number,
    properties: BasicProperties,
  ): Buffer;
}

interface TableCodec {
  encodeTable(target: Buffer, table: FieldTable, at: number): number;
  decodeFields(fields: Buffer): FieldTable;
}

// The package exports only its API; its codec is reached by path.
const require = createRequire(new URL('../../node_modules/amqplib/lib/', import.meta.url));

export const definitions: Definitions = require('./defs.js');
export const tableCodec: TableCodec = require('./codec.js');
