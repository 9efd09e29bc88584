import { createHash } from 'node:crypto';
import { tableKey } from '../../routing/field-value-key.ts';
import type { FieldTable } from '../../wire/field-table.ts';

/** What stands for an empty routing key without arguments, as in RabbitMQ. */
const NOTHING = '~';
const HASH_CHARACTERS = 8;

/**
 * What tells the bindings between the same two apart in URLs: `properties_key`, made like
 * RabbitMQ's. Clients take it from listings and must not make it up.
 */
export function bindingKey(routingKey: string, table: FieldTable): string {
  const quoted = quote(routingKey);
  if (Object.keys(table).length === 0) return quoted === '' ? NOTHING : quoted;
  const hash = createHash('sha256').update(tableKey(table)).digest('base64url');
  return `${quoted}~${hash.slice(0, HASH_CHARACTERS)}`;
}

/**
 * The binding that a client means: by its `properties_key`, or, as in RabbitMQ, by the same with
 * the routing key as it is, which is what rabbitmqadmin sends.
 */
export function findCalled<B>(
  bindings: readonly B[],
  keyOf: (binding: B) => string,
  given: string,
): B | undefined {
  const keyed = (key: string) => bindings.find((binding) => keyOf(binding) === key);
  return keyed(given) ?? keyed(quote(given));
}

/** As in a query string, but for what tables' hashes begin with. */
function quote(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
