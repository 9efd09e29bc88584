import { DEFAULT_EXCHANGE } from '../../routing/routing-graph.ts';
import { invalidKeys, moreKeys, withoutBcc } from '../../routing/sender-selected.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import { readHeaders, rewriteProperties, withProperties } from '../../wire/message-edit.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { encodeShortstr, readUint16, shortstrEnd, shortstrText } from '../../wire/octets.ts';
import {
  FLAG_DELIVERY_MODE,
  FLAG_EXPIRATION,
  FLAG_HEADERS,
  FLAG_PRIORITY,
  FLAG_REPLY_TO,
  FLAG_USER_ID,
  propertyAt,
} from '../../wire/properties.ts';
import { channelError } from '../../wire/protocol-error.ts';
import { NO_CONSUMERS, NO_ROUTE, PRECONDITION_FAILED } from '../../wire/reply-code.ts';
import { BASIC_PUBLISH } from '../../wire/spec.ts';
import {
  PERSISTENT,
  readDeliveryMode,
  readExpirationMs,
  readPriority,
  TRANSIENT,
} from '../messages/inspect.ts';
import type { Queue } from '../queues/queue.ts';
import type { QueueConsumer } from '../queues/queue-consumer.ts';
import type { Chronometer } from '../stats/chronometer.ts';
import type { ChannelCounts } from '../stats/counts.ts';
import { REPLY_TO_QUEUE } from '../topology/reply-addresses.ts';
import type { ChannelHost } from './channel-host.ts';
import type { Confirms } from './confirms.ts';
import type { FrameTarget } from './delivery-writer.ts';
import { writeReturn } from './delivery-writer.ts';
import { PublishTarget } from './publish-target.ts';

/** Bits of the last octet of Basic.Publish. */
const MANDATORY = 1;
const IMMEDIATE = 2;

/** When the message was sent, in milliseconds since the epoch: that of RabbitMQ's plugin. */
const SENT_AT_HEADER = 'timestamp_in_ms';

/** When its publisher made it, by the same clock. */
const CREATED_AT_HEADER = 'created_in_ms';

/** A message with none of these properties is passed on without a look at its properties. */
const FLAGS_WITH_MEANING =
  FLAG_HEADERS |
  FLAG_DELIVERY_MODE |
  FLAG_PRIORITY |
  FLAG_REPLY_TO |
  FLAG_EXPIRATION |
  FLAG_USER_ID;

/** What a publisher needs from its channel. */
export interface PublisherHost extends FrameTarget {
  readonly connection: ChannelHost;
  /**
   * The address that replies to requests of this channel go to, or null if it doesn't consume them.
   */
  readonly replyAddress: string | null;
  readonly confirms: Confirms | null;
  readonly counts: ChannelCounts;
}

/** Takes the messages published on one channel to the queues they are routed to. */
export class Publisher {
  private readonly host: PublisherHost;
  private readonly connection: ChannelHost;
  private readonly target: PublishTarget;

  constructor(host: PublisherHost) {
    this.host = host;
    this.connection = host.connection;
    this.target = new PublishTarget(host.connection);
  }

  /**
   * Publishes one message.
   * @param bits the last octet of Basic.Publish: mandatory and immediate
   * @throws ProtocolError of channel scope: 404, 403, or 406 for properties that can't be
   */
  publish(view: MessageView, bits: number): void {
    const { connection } = this;
    const { core } = connection;
    this.host.counts.published++;
    connection.hasPublished();
    const queues = this.target.find(view);
    const { counts } = this.target;
    counts.in++;
    if (core.chronometer?.running === true) this.noteObjects(core.chronometer, queues);
    const { publication } = core;
    publication.reset(connection.number);
    const flags = readUint16(view.envelope, view.propertiesAt);
    if ((flags & FLAGS_WITH_MEANING) !== 0) {
      this.publishInspected(view, flags, queues, bits);
    } else if (queues.length === 1 && (bits & IMMEDIATE) === 0) {
      counts.out++;
      this.confirm(queues[0].publish(view, publication));
    } else {
      this.distribute(queues, view, bits);
    }
  }

  /**
   * Validates a message of a transaction as far as RabbitMQ does before the commit: its exchange.
   */
  check(view: MessageView): void {
    this.target.find(view);
  }

  private publishInspected(
    view: MessageView,
    flags: number,
    queues: readonly Queue[],
    bits: number,
  ): void {
    const { publication } = this.connection.core;
    if ((flags & FLAG_DELIVERY_MODE) !== 0) publication.persistent = this.isPersistent(view);
    if ((flags & FLAG_PRIORITY) !== 0) publication.priority = readPriority(view);
    if ((flags & FLAG_USER_ID) !== 0) this.checkUserId(view);
    if ((flags & FLAG_EXPIRATION) !== 0) publication.expirationMs = this.expirationMs(view);
    let message = view;
    if ((flags & FLAG_REPLY_TO) !== 0) message = this.withReplyAddress(message);
    if ((flags & FLAG_HEADERS) !== 0) {
      const headers = readHeaders(message);
      if (this.connection.core.chronometer?.running === true) this.noteSending(headers);
      const invalid = invalidKeys(headers);
      if (invalid !== null) {
        throw this.invalid(`invalid header '${invalid}': must be an array of strings`);
      }
      const copies = moreKeys(headers);
      if (headers.BCC !== undefined) message = withoutBcc(message, headers);
      if (copies.length > 0) {
        for (const key of copies) this.target.requireKey(key);
        const { graph } = this.connection.vhost;
        const route = graph.routeKeys(this.target.exchange, copies, message);
        this.distribute(route?.queues ?? [], message, bits);
        return;
      }
    }
    this.distribute(queues, message, bits);
  }

  private distribute(queues: readonly Queue[], view: MessageView, bits: number): void {
    const { publication } = this.connection.core;
    if (queues.length === 0) {
      this.confirm(this.publishUnrouted(view, bits));
      return;
    }
    if ((bits & IMMEDIATE) !== 0) {
      this.publishImmediately(queues, view);
      return;
    }
    this.target.counts.out += queues.length;
    let accepted = true;
    for (let i = 0; i < queues.length; i++) {
      if (!queues[i].publish(view, publication)) accepted = false;
    }
    this.confirm(accepted);
  }

  /** Only to queues that can deliver now; back to the publisher if there is none. */
  private publishImmediately(queues: readonly Queue[], view: MessageView): void {
    const { number, core } = this.connection;
    const able = queues.filter((queue) => queue.canDeliverNow(number));
    if (able.length === 0) this.giveBack(NO_CONSUMERS, 'NO_CONSUMERS', view);
    this.target.counts.out += able.length;
    for (const queue of able) queue.publish(view, core.publication);
    this.confirm(true);
  }

  /** To a requester that waits for a direct reply, or back to the publisher if it wants that. */
  private publishUnrouted(view: MessageView, bits: number): boolean {
    const requester = this.findRequester(view);
    if (requester?.canReceive() === true) requester.deliver(view, false);
    else if ((bits & (MANDATORY | IMMEDIATE)) !== 0) this.giveBack(NO_ROUTE, 'NO_ROUTE', view);
    else this.host.counts.unroutable++;
    return true;
  }

  private findRequester(view: MessageView): QueueConsumer | null {
    if (this.target.exchange !== DEFAULT_EXCHANGE) return null;
    const { replyAddresses } = this.connection.core;
    return replyAddresses.find(shortstrText(view.envelope, view.routingKeyAt));
  }

  private giveBack(code: number, text: string, view: MessageView): void {
    this.host.counts.returned++;
    writeReturn(this.host, code, text, view);
  }

  private confirm(accepted: boolean): void {
    const { confirms } = this.host;
    if (confirms === null) return;
    if (!accepted) {
      confirms.refused();
      return;
    }
    this.host.counts.confirmed++;
    const { store, publication } = this.connection.core;
    if (publication.kept && store !== null) {
      confirms.acceptedIntoGroup(store);
      return;
    }
    if (!confirms.pending) this.connection.confirmsPending(confirms);
    confirms.accepted();
  }

  private isPersistent(view: MessageView): boolean {
    const mode = readDeliveryMode(view);
    if (mode === PERSISTENT || mode === TRANSIENT) return mode === PERSISTENT;
    throw this.invalid(`invalid delivery mode ${mode}: must be 1 (transient) or 2 (persistent)`);
  }

  private checkUserId(view: MessageView): void {
    const at = propertyAt(view.envelope, view.propertiesAt, FLAG_USER_ID);
    const claimed = shortstrText(view.envelope, at);
    const { user } = this.connection;
    if (claimed === user.name || user.mayImpersonate) return;
    throw this.invalid(
      `user_id property set to '${claimed}' but authenticated user was '${user.name}'`,
    );
  }

  private expirationMs(view: MessageView): number {
    const milliseconds = readExpirationMs(view);
    if (!Number.isNaN(milliseconds)) return milliseconds;
    const at = propertyAt(view.envelope, view.propertiesAt, FLAG_EXPIRATION);
    throw this.invalid(`invalid expiration '${shortstrText(view.envelope, at)}'`);
  }

  /** The message is among those that are timed. */
  private noteObjects(chronometer: Chronometer, queues: readonly Queue[]): void {
    chronometer.touch(this.connection.timedAs);
    chronometer.touch(this.target.counts);
    for (const queue of queues) chronometer.touch(queue.counts);
  }

  /** The message is among those that are timed. */
  private noteSending(headers: FieldTable): void {
    const sentAtMs = headers[SENT_AT_HEADER];
    if (typeof sentAtMs !== 'number') return;
    const { core, timedAs } = this.connection;
    const createdAtMs = headers[CREATED_AT_HEADER];
    if (typeof createdAtMs === 'number') core.chronometer?.waited(createdAtMs, sentAtMs);
    core.chronometer?.sent(sentAtMs, core.nowMs, timedAs, this.target.counts);
  }

  private withReplyAddress(view: MessageView): MessageView {
    const at = propertyAt(view.envelope, view.propertiesAt, FLAG_REPLY_TO);
    const end = shortstrEnd(view.envelope, at);
    if (end - at - 1 !== REPLY_TO_QUEUE.length) return view;
    if (shortstrText(view.envelope, at) !== REPLY_TO_QUEUE) return view;
    const { replyAddress } = this.host;
    if (replyAddress === null) {
      throw this.invalid('fast reply consumer does not exist');
    }
    const properties = rewriteProperties(view, [
      { flag: FLAG_REPLY_TO, value: encodeShortstr(replyAddress) },
    ]);
    return withProperties(view, properties);
  }

  private invalid(text: string): Error {
    return channelError(PRECONDITION_FAILED, text, BASIC_PUBLISH);
  }
}
