import { EXCHANGE_TYPES } from '../../amqp-control/topology/exchange.ts';

/** The exchange types, as overview and nodes list them. */
export const EXCHANGE_TYPE_LIST = EXCHANGE_TYPES.map((name) => ({
  name,
  description: `AMQP ${name} exchange, as per the AMQP specification`,
  enabled: true,
}));
