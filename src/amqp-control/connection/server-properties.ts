import type { FieldTable } from '../../wire/field-table.ts';

/** What the broker says it is: some clients decide by it what they may use. */
export interface Identity {
  readonly product: string;
  readonly version: string;
}

/** What clients look for in `capabilities` before they use RabbitMQ's extensions. */
const CAPABILITIES: FieldTable = {
  publisher_confirms: true,
  exchange_exchange_bindings: true,
  'basic.nack': true,
  consumer_cancel_notify: true,
  'connection.blocked': true,
  consumer_priorities: true,
  authentication_failure_close: true,
  per_consumer_qos: true,
  direct_reply_to: true,
};

/**
 * The server-properties of Connection.Start. At the top level there are only strings, one 32-bit
 * integer and a nested table: OpenAMQ's client drops the whole table for any other type and then
 * stays out of Direct Mode.
 */
export function serverProperties(identity: Identity, directByDefault: boolean): FieldTable {
  return {
    capabilities: CAPABILITIES,
    product: identity.product,
    version: identity.version,
    platform: `Node.js ${process.versions.node}`,
    information: 'https://www.npmjs.com/package/directmq',
    copyright: 'Copyright (c) the DirectMQ authors',
    direct: { '!': 'int32', value: directByDefault ? 1 : 0 },
  };
}
