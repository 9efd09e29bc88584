/** An unscaled integer and the number of its decimal places: 3.14 is 314 with 2 places. */
export interface Decimal {
  /** 0 to 2^32 - 1. */
  readonly digits: number;
  /** 0 to 255. */
  readonly places: number;
}

/** The names amqplib gives to the numeric types. */
export type NumericTypeName =
  | 'byte'
  | 'int8'
  | 'unsignedbyte'
  | 'uint8'
  | 'short'
  | 'int16'
  | 'unsignedshort'
  | 'uint16'
  | 'int'
  | 'int32'
  | 'unsignedint'
  | 'uint32'
  | 'long'
  | 'int64'
  | 'float'
  | 'double'
  | 'float64'
  | 'timestamp';

/** A value with the type it has, or shall have, on the wire; the same wrapper as amqplib's. */
export type TypedField =
  | { readonly '!': NumericTypeName; readonly value: number | bigint }
  | { readonly '!': 'decimal'; readonly value: Decimal };

/** What a field of a table can hold. */
export type FieldValue =
  | boolean
  | string
  | number
  | bigint
  | null
  | Buffer
  | TypedField
  | FieldTable
  | readonly FieldValue[];

/** A field table as an object. Fields that are `undefined` are left out when it is encoded. */
export interface FieldTable {
  [name: string]: FieldValue | undefined;
}
