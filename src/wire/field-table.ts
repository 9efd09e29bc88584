/** AMQP field tables: as objects, and where they lie. */
export { decodeTable } from './field-table-decode.ts';
export { encodeTable } from './field-table-encode.ts';
export { forEachField, MAX_TABLE_DEPTH, skipTable } from './field-table-walk.ts';
export type {
  Decimal,
  FieldTable,
  FieldValue,
  NumericTypeName,
  TypedField,
} from './field-value.ts';
