import type { ExchangeNode } from '../../routing/nodes.ts';
import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { octetsEqual, shortstrEnd, shortstrText } from '../../wire/octets.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { ACCESS_REFUSED } from '../../wire/reply-code.ts';
import type { Queue } from '../queues/queue.ts';
import type { TopicPermissions } from '../security/permissions.ts';
import { ExchangeCounts } from '../stats/counts.ts';
import { requireExchangeAccess, topicPermissionsFor, topicRefused } from './access.ts';
import type { ChannelHost } from './channel-host.ts';

const NO_NAME = Buffer.alloc(0);

/** A generation that no vhost has: nothing is remembered. */
const NEVER = -1;

/**
 * The exchange that the messages of one channel go to. Publishers repeat themselves: as long as the
 * exchange's name has the octets it had last time and the topology hasn't moved, it isn't looked up
 * and permissions aren't checked again.
 */
export class PublishTarget {
  /** Name of the exchange that was found last. */
  exchange = DEFAULT_EXCHANGE;
  /** What is counted for the exchange that was found last. */
  counts = new ExchangeCounts();

  private readonly host: ChannelHost;
  private generation = NEVER;
  private nameOctets = NO_NAME;
  private node: ExchangeNode<Queue> | null = null;
  /** Which routing keys may be used; null = any. */
  private topics: TopicPermissions | null = null;

  constructor(host: ChannelHost) {
    this.host = host;
  }

  /**
   * The queues that a message goes to.
   * @throws ProtocolError 404 for an unknown exchange, 403 if the user may not write to it or it is
   *   internal
   */
  find(view: MessageView): readonly Queue[] {
    const { vhost } = this.host;
    let node = this.node;
    if (
      node === null ||
      this.generation !== vhost.generation ||
      !sameShortstr(this.nameOctets, view.envelope, view.exchangeAt)
    ) {
      node = this.findExchange(view);
    }
    if (this.topics !== null) this.requireKey(shortstrText(view.envelope, view.routingKeyAt));
    return vhost.graph.routeFrom(node, view).queues;
  }

  /** @throws ProtocolError 403 if the user may not publish to the exchange with that routing key */
  requireKey(routingKey: string): void {
    if (this.topics === null || this.topics.allows('write', routingKey)) return;
    throw topicRefused(this.host, 'write', this.exchange, routingKey);
  }

  private findExchange(view: MessageView): ExchangeNode<Queue> {
    const { vhost } = this.host;
    const { envelope, exchangeAt } = view;
    const name = shortstrText(envelope, exchangeAt);
    this.node = null;
    const exchange = vhost.exchange(name);
    requireExchangeAccess(this.host, 'write', name);
    if (exchange.internal) {
      throw channelError(
        ACCESS_REFUSED,
        `cannot publish to internal exchange '${name}' in vhost '${vhost.name}'`,
      );
    }
    const node = vhost.graph.exchange(name);
    if (node === null) throw new Error(`exchange '${name}' is not in the routing graph`);
    this.exchange = name;
    this.counts = exchange.counts;
    this.topics = topicPermissionsFor(this.host, exchange);
    this.nameOctets = Buffer.from(envelope.subarray(exchangeAt, shortstrEnd(envelope, exchangeAt)));
    this.generation = vhost.generation;
    this.node = node;
    return node;
  }
}

/** Whether the short string at `at` has the same octets, length included. */
function sameShortstr(known: Buffer, b: Buffer, at: number): boolean {
  return known.length === b[at] + 1 && octetsEqual(known, 0, b, at, known.length);
}
