import type { JsonObject } from '../../amqp-control/stats/plain-table.ts';
import { EXCHANGE_TYPES } from '../../amqp-control/topology/exchange.ts';
import type { ApiParts } from '../http/api.ts';
import type { ListenerFacts } from '../link/messages.ts';

/** The exchange types, as overview and nodes list them. */
export const EXCHANGE_TYPE_LIST = EXCHANGE_TYPES.map((name) => ({
  name,
  description: `AMQP ${name} exchange, as per the AMQP specification`,
  enabled: true,
}));

/** The ports of the broker, with that of this API. */
export function listenersOf({ broker, listening }: ApiParts): ListenerFacts[] {
  const { protocol, host, port } = listening;
  return [...broker.listeners, { protocol, ip_address: host, port }];
}

/** Where this API is served, as overview and nodes list it. */
export function contextsOf({ listening: { protocol, host, port } }: ApiParts): JsonObject[] {
  const context = { description: 'DirectMQ Management', path: '/', ip: host, port: String(port) };
  return [{ ...context, protocol, ssl_opts: [] }];
}
