import { isDeepStrictEqual } from 'node:util';
import type { FieldTable, FieldValue } from '../../wire/field-table.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { PRECONDITION_FAILED } from '../../wire/reply-code.ts';

/**
 * Refuses a declaration that differs from what exists.
 * @param what the resource in words, such as "queue 'q' in vhost '/'"
 * @throws ProtocolError 406, worded as RabbitMQ words it
 */
export function requireEqual(
  argument: string,
  what: string,
  received: string | boolean,
  current: string | boolean,
): void {
  if (received === current) return;
  throw channelError(
    PRECONDITION_FAILED,
    `inequivalent arg '${argument}' for ${what}: ` +
      `received '${received}' but current is '${current}'`,
  );
}

/** As `requireEqual`, for those arguments of a table that the server acts on. */
export function requireEqualArguments(
  names: readonly string[],
  what: string,
  received: FieldTable,
  current: FieldTable,
): void {
  for (const name of names) {
    if (isDeepStrictEqual(received[name], current[name])) continue;
    throw channelError(
      PRECONDITION_FAILED,
      `inequivalent arg '${name}' for ${what}: received ${describe(received[name])} ` +
        `but current is ${describe(current[name])}`,
    );
  }
}

function describe(value: FieldValue | undefined): string {
  return value === undefined ? 'none' : `'${String(value)}'`;
}
