import type { FieldTable } from '../../wire/field-table.ts';
import type { CoreSettings } from '../broker-core.ts';

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
export function serverProperties(settings: CoreSettings): FieldTable {
  return {
    capabilities: CAPABILITIES,
    product: settings.product,
    version: settings.version,
    platform: `Node.js ${process.versions.node}`,
    information: 'https://www.npmjs.com/package/directmq',
    copyright: 'Copyright (c) the DirectMQ authors',
    direct: { '!': 'int32', value: settings.directByDefault ? 1 : 0 },
  };
}
