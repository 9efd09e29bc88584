import type { ExchangeType } from '../../routing/matcher.ts';
import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import { ExchangeCounts } from '../stats/counts.ts';

/** The types of exchange that can be declared. */
export const EXCHANGE_TYPES: readonly ExchangeType[] = ['direct', 'fanout', 'topic', 'headers'];

/** Names that begin so belong to the server. */
export const RESERVED_PREFIX = 'amq.';

/** An exchange as declared; what is bound to it is known to the routing graph of its vhost. */
export interface Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly table: FieldTable;
  /** The alternate exchange that was declared with it, or null. */
  readonly declaredAlternate: string | null;
  /** The alternate exchange that it has: that one or, where there is none, that of a policy. */
  alternate: string | null;
  /** Exists in every vhost from the start and can't be deleted. */
  readonly predeclared: boolean;
  readonly counts: ExchangeCounts;
}

const PREDECLARED: readonly (readonly [string, ExchangeType])[] = [
  [DEFAULT_EXCHANGE, 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
];

/** The exchanges of a new vhost (specification 3.1.3.1 to 3.1.3.4, and RabbitMQ's amq.headers). */
export function predeclaredExchanges(): Exchange[] {
  return PREDECLARED.map(([name, type]) => ({
    name,
    type,
    durable: true,
    autoDelete: false,
    internal: false,
    table: {},
    declaredAlternate: null,
    alternate: null,
    predeclared: true,
    counts: new ExchangeCounts(),
  }));
}
