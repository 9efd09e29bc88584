import { routingKeyList } from '../../routing/sender-selected.ts';
import type { FieldTable, FieldValue } from '../../wire/field-table.ts';
import {
  buildMessage,
  editHeaders,
  readHeaders,
  rewriteProperties,
} from '../../wire/message-edit.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { shortstrText } from '../../wire/octets.ts';
import { FLAG_EXPIRATION, FLAG_HEADERS, propertyAt } from '../../wire/properties.ts';
import {
  PERSISTENT,
  readDeliveryMode,
  readExpirationMs,
  readPriority,
} from '../messages/inspect.ts';
import type { Publication } from '../queues/publication.ts';
import type { DeathReason, Queue } from '../queues/queue.ts';
import type { VHost } from './vhost.ts';

/** A message on its way to a dead-letter exchange. */
interface DeadLetter {
  readonly vhost: VHost;
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly view: MessageView;
  /** Queues that it may not enter again: it has come round without having been rejected. */
  readonly seen: ReadonlySet<string>;
}

/** One element of the x-death header. */
type Death = FieldTable;

/**
 * Messages that queues gave up, to be published to their dead-letter exchange at the end of the
 * turn: so a chain of queues is a loop and not a recursion. Headers and cycle rule are RabbitMQ's
 * (x-death, x-first-death-*).
 */
export class DeadLetters {
  private readonly vhosts: ReadonlyMap<string, VHost>;
  private waiting: DeadLetter[] = [];

  constructor(vhosts: ReadonlyMap<string, VHost>) {
    this.vhosts = vhosts;
  }

  get size(): number {
    return this.waiting.length;
  }

  /**
   * Copies a message with the headers that tell of its death. Does nothing for a queue without
   * dead-letter exchange.
   */
  add(queue: Queue, view: MessageView, reason: DeathReason, nowMs: number): void {
    const { deadLetterExchange, deadLetterRoutingKey } = queue.rules;
    const vhost = this.vhosts.get(queue.settings.vhost);
    if (deadLetterExchange === null || vhost?.exchanges.has(deadLetterExchange) !== true) return;
    const headers = readHeaders(view);
    const keys = [shortstrText(view.envelope, view.routingKeyAt), ...routingKeyList(headers.CC)];
    const deaths = deathList(headers);
    const routingKeys = deadLetterRoutingKey === null ? keys : [deadLetterRoutingKey];
    const death = newDeath(
      queue,
      view,
      reason,
      keys,
      nowMs,
      takeEarlier(deaths, queue.name, reason),
    );
    const dropped = deadLetterRoutingKey === null ? ['x-death'] : ['x-death', 'CC'];
    const added: FieldTable = { 'x-death': [death, ...deaths] };
    if (headers['x-first-death-reason'] === undefined) {
      added['x-first-death-reason'] = reason;
      added['x-first-death-queue'] = queue.name;
      added['x-first-death-exchange'] = shortstrText(view.envelope, view.exchangeAt);
    }
    const properties = rewriteProperties(view, [
      { flag: FLAG_HEADERS, value: editHeaders(view, dropped, added) },
      { flag: FLAG_EXPIRATION, value: null },
    ]);
    this.waiting.push({
      vhost,
      exchange: deadLetterExchange,
      routingKeys,
      view: buildMessage(deadLetterExchange, routingKeys[0], properties, view),
      seen: reason === 'rejected' ? new Set() : cycleQueues([death, ...deaths]),
    });
  }

  /** Publishes what is waiting; what that causes to die waits for the next call. */
  publishAll(publication: Publication): void {
    const letters = this.waiting;
    this.waiting = [];
    for (const letter of letters) {
      const { view } = letter;
      publication.reset(0);
      publication.priority = readPriority(view);
      publication.persistent = readDeliveryMode(view) === PERSISTENT;
      publication.expirationMs = readExpirationMs(view);
      const more = letter.routingKeys.slice(1);
      const route = letter.vhost.graph.routeKeys(letter.exchange, more, view);
      for (const queue of route?.queues ?? []) {
        if (!letter.seen.has(queue.name)) queue.publish(view, publication);
      }
    }
  }
}

/**
 * Queues that the message has already been in since it was last rejected: entering one again would
 * be a cycle that no consumer has a part in.
 */
function cycleQueues(deaths: readonly Death[]): Set<string> {
  const queues = new Set<string>();
  for (const death of deaths) {
    if (death.reason === 'rejected') break;
    if (typeof death.queue === 'string') queues.add(death.queue);
  }
  return queues;
}

/** Removes from the list, and returns, the entry for the same queue and reason. */
function takeEarlier(deaths: Death[], queue: string, reason: DeathReason): Death | null {
  const index = deaths.findIndex((death) => death.queue === queue && death.reason === reason);
  return index < 0 ? null : deaths.splice(index, 1)[0];
}

function newDeath(
  queue: Queue,
  view: MessageView,
  reason: DeathReason,
  routingKeys: readonly string[],
  nowMs: number,
  earlier: Death | null,
): Death {
  if (earlier !== null) {
    return { ...earlier, count: { '!': 'int64', value: Number(earlier.count ?? 0) + 1 } };
  }
  const death: Death = {
    count: { '!': 'int64', value: 1 },
    reason,
    queue: queue.name,
    time: { '!': 'timestamp', value: Math.floor(nowMs / 1000) },
    exchange: shortstrText(view.envelope, view.exchangeAt),
    'routing-keys': [...routingKeys],
  };
  const expirationAt = propertyAt(view.envelope, view.propertiesAt, FLAG_EXPIRATION);
  if (expirationAt >= 0) death['original-expiration'] = shortstrText(view.envelope, expirationAt);
  return death;
}

function deathList(headers: FieldTable): Death[] {
  const value = headers['x-death'];
  if (!Array.isArray(value)) return [];
  return value.filter(isTable);
}

function isTable(value: FieldValue): value is FieldTable {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
  );
}
