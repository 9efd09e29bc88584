import type { FieldTable } from '../wire/field-table.ts';
import type { MessageHeaders } from './message-headers.ts';

/** The exchange types of AMQP 0-9-1 (section 3.1.3). */
export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

/** What a matcher has to know about a binding. */
export interface Matchable {
  readonly routingKey: string;
  readonly arguments: FieldTable;
  /** Index in the bucket that holds the binding; only the bucket's functions touch it. */
  bucketSlot: number;
}

/** The matcher gives every message the same answer. */
export const DEPENDS_ON_NOTHING = 0;
/** The answer depends on the routing key alone. */
export const DEPENDS_ON_KEY = 1;
/** The answer depends on the headers: it can't be remembered by routing key. */
export const DEPENDS_ON_HEADERS = 2;

/**
 * The bindings of one exchange, indexed so that finding those a message matches costs nothing for
 * those it doesn't. Inserting and removing cost the binding's own size, not the table's.
 */
export interface Matcher<B extends Matchable> {
  /** DEPENDS_ON_NOTHING, DEPENDS_ON_KEY or DEPENDS_ON_HEADERS. */
  readonly dependence: number;
  /** Adds `binding`, which is not in here. */
  insert(binding: B): void;
  /** Removes `binding`, which is in here. */
  remove(binding: B): void;
  /**
   * Appends to `hits` the bindings that a message with the routing keys `keys` (the message's own
   * and those of its CC and BCC headers) and these headers matches. A binding may be appended more
   * than once.
   */
  match(keys: readonly string[], headers: MessageHeaders, hits: B[]): void;
}
