import type { FieldTable } from '../../wire/field-table.ts';
import type { MessageView } from '../../wire/message-view.ts';
import type { MessageLog } from '../queues/message-log.ts';
import type { Queue } from '../queues/queue.ts';
import { NO_ORIGIN, type QueueConsumer } from '../queues/queue-consumer.ts';
import type { DeliveryCounts } from '../stats/counts.ts';
import type { Acknowledgements, MessageHolder } from './acknowledgements.ts';
import type { FrameTarget } from './delivery-writer.ts';
import { deliverPrefix, writeDelivery } from './delivery-writer.ts';

/** What Basic.Consume asks for, with the tag already chosen. */
export interface ConsumerSettings {
  readonly tag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly priority: number;
  /** Number of the connection whose publications it refuses, or NO_ORIGIN. */
  readonly refusedOrigin: number;
  /** Unacknowledged messages it may have; 0 = any number. */
  readonly prefetch: number;
  /** The arguments of Basic.Consume. */
  readonly table: FieldTable;
}

/** The direct connection of a feed, as its consumer sees it. */
export interface FeedPort {
  /** Whether it can take any message now. */
  canTake(): boolean;
  /** Takes a message; the view is valid only during the call. */
  take(view: MessageView): void;
}

/** What a consumer needs from its channel. */
export interface ConsumerHost extends FrameTarget {
  readonly acknowledgements: Acknowledgements;
  readonly counts: DeliveryCounts;
  /** Channel.Flow is on. */
  readonly flowActive: boolean;
  /** Channel.Flow is on and the connection takes more octets. */
  canDeliver(): boolean;
  /** The queue has gone: the consumer must be forgotten and the client told. */
  consumerCancelled(consumer: ChannelConsumer): void;
}

/** A consumer on an AMQP channel: turns messages into Basic.Deliver frames. */
export class ChannelConsumer implements QueueConsumer, MessageHolder {
  readonly tag: string;
  readonly exclusive: boolean;
  readonly priority: number;
  readonly refusedOrigin: number;
  readonly queue: Queue;
  /** Unacknowledged messages it may have; 0 = any number. */
  readonly prefetch: number;
  readonly table: FieldTable;
  /** Takes the messages instead of the channel while the queue's feed is active (DMP section 5). */
  feed: FeedPort | null = null;
  attached = false;
  waiting = false;
  unackedCount = 0;

  private readonly host: ConsumerHost;
  private readonly asksNoAck: boolean;
  private readonly prefix: Buffer;
  /** Delivery tags of a consumer that doesn't acknowledge still count up the channel's. */
  private readonly acknowledgements: Acknowledgements;

  constructor(settings: ConsumerSettings, queue: Queue, host: ConsumerHost) {
    this.tag = settings.tag;
    this.asksNoAck = settings.noAck;
    this.exclusive = settings.exclusive;
    this.priority = settings.priority;
    this.refusedOrigin = settings.refusedOrigin ?? NO_ORIGIN;
    this.prefetch = settings.prefetch;
    this.table = settings.table;
    this.queue = queue;
    this.host = host;
    this.acknowledgements = host.acknowledgements;
    this.prefix = deliverPrefix(settings.tag);
  }

  /** What Basic.Consume asked for. */
  get acknowledges(): boolean {
    return !this.asksNoAck;
  }

  /** A feed acknowledges nothing. */
  get noAck(): boolean {
    return this.asksNoAck || this.feed !== null;
  }

  /** Channel.Flow lets messages through. */
  get flowing(): boolean {
    return this.host.flowActive;
  }

  canReceive(): boolean {
    if (this.feed !== null) return this.host.flowActive && this.feed.canTake();
    if (!this.host.canDeliver()) return false;
    if (this.noAck) return true;
    if (this.prefetch !== 0 && this.unackedCount >= this.prefetch) return false;
    return this.acknowledgements.hasRoom();
  }

  deliver(view: MessageView, redelivered: boolean): void {
    if (this.feed !== null) {
      // Counted by the feed, not by the channel.
      this.feed.take(view);
      return;
    }
    this.host.counts.deliveredNoAck++;
    if (redelivered) this.host.counts.redelivered++;
    const deliveryTag = this.acknowledgements.nextTag();
    writeDelivery(this.host, this.prefix, deliveryTag, redelivered, view);
  }

  deliverTracked(view: MessageView, log: MessageLog, position: number, redelivered: boolean): void {
    const deliveryTag = this.acknowledgements.track(log, position, this);
    writeDelivery(this.host, this.prefix, deliveryTag, redelivered, view);
    this.host.counts.delivered++;
    if (redelivered) this.host.counts.redelivered++;
  }

  /** One of its messages was acknowledged, refused or requeued. */
  released(): void {
    if (!this.waiting) this.queue.consumerReady(this);
  }

  cancelledByServer(): void {
    this.host.consumerCancelled(this);
  }
}
