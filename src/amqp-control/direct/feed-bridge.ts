import type { MessageView } from '../../wire/message-view.ts';
import { ChannelConsumer, type FeedPort } from '../channel/channel-consumer.ts';
import type { Queue } from '../queues/queue.ts';
import type { FeedOutlet } from './feed-outlet.ts';

/** Where a connected feed's octets go. */
export interface FeedConnection {
  readonly writer: number;
  readonly slot: number;
  readonly outlet: FeedOutlet;
}

/** The threads that route, as a bridge sees them. */
export interface RouteSwitch {
  /** Numbers of the shards that route messages of this vhost. */
  shardsOf(vhost: string): readonly number[];
  /**
   * Tells a shard to send the queue's contents straight to the feed. It says through its ring when
   * it does, with the number of the barrier that it has put in front of the first of them, and then
   * `FeedBridge.switched` must be called.
   */
  toFeed(shard: number, queue: Queue, connection: FeedConnection): void;
  /**
   * Tells a shard to send the queue's contents to main.
   * @returns the number of the fence that it puts behind the last content on the short way; when the
   *   writer has come to it, `FeedBridge.fencePassed` must be called
   */
  toMain(shard: number, queue: Queue): number;
  queueNeedsDispatch(queue: Queue): void;
}

interface Barrier {
  readonly connection: FeedConnection;
  readonly number: number;
}

/**
 * Leads the messages of one leased queue to its direct connection while the feed is active: it is
 * connected, the queue has a consumer, and Channel.Flow is on (DMP section 5).
 *
 * Older messages come first: what is in the queue goes through main's ring; only when the queue is
 * empty are the shards told to take the short way, and what they send by it waits, at a barrier,
 * until main has passed on what they had sent before. The other way round, when the feed stops being
 * active and becomes so again, main waits at a fence until the writer has read what came by the short
 * way.
 */
export class FeedBridge implements FeedPort {
  readonly queue: Queue;
  private readonly routes: RouteSwitch;
  private connection: FeedConnection | null = null;
  private active = false;
  /** Shards that take the short way, or have been told to. */
  private readonly direct = new Set<number>();
  /** Fences, with their shards, that the writer hasn't come to: newer messages must wait. */
  private readonly fences = new Map<number, number>();
  /** Barriers that main must set once the queue is empty. */
  private barriers: Barrier[] = [];

  constructor(queue: Queue, routes: RouteSwitch) {
    this.queue = queue;
    this.routes = routes;
  }

  /** The direct connection is there. */
  connect(connection: FeedConnection): void {
    this.connection = connection;
    this.fences.clear();
    this.update();
  }

  /** The direct connection has gone. */
  disconnect(): void {
    this.connection = null;
    this.update();
  }

  /** Whether messages go to the direct connection. */
  get isActive(): boolean {
    return this.active;
  }

  /** To be called after every change of consumers or flow. */
  update(): void {
    const consumers = this.consumers();
    const active = this.connection !== null && consumers.some((consumer) => consumer.flowing);
    for (const consumer of consumers) consumer.feed = active ? this : null;
    if (active) this.wake();
    if (active === this.active) return;
    this.active = active;
    if (active) return;
    for (const shard of this.direct) {
      this.fences.set(this.routes.toMain(shard, this.queue), shard);
    }
    this.direct.clear();
    this.wake();
  }

  /** A shard has begun anew and sends everything to main. */
  shardReset(shard: number): void {
    this.direct.delete(shard);
    for (const [fence, from] of this.fences) if (from === shard) this.fencePassed(fence);
  }

  /** The writer has read what a shard had sent before it was told to send to main. */
  fencePassed(fence: number): void {
    if (this.fences.delete(fence) && this.fences.size === 0) this.wake();
  }

  /**
   * A shard takes the short way from here on; what it had sent before is in the queue or beyond.
   */
  switched(barrier: number): void {
    if (this.connection !== null) {
      this.barriers.push({ connection: this.connection, number: barrier });
    }
  }

  /**
   * To be called at the end of every turn until it says that nothing is left to be done.
   * @returns false if older messages are still in the way
   */
  finishTurn(): boolean {
    if (this.active && this.queue.readyCount > 0) return false;
    // What was put for the feed must be in the ring before the barrier is.
    if (this.connection?.outlet.blocked === true) return false;
    for (const { connection, number } of this.barriers) {
      connection.outlet.barrier(connection.slot, number);
    }
    this.barriers = [];
    if (!this.active || this.connection === null) return true;
    for (const shard of this.routes.shardsOf(this.queue.settings.vhost)) {
      if (this.direct.has(shard)) continue;
      this.direct.add(shard);
      this.routes.toFeed(shard, this.queue, this.connection);
    }
    return true;
  }

  canTake(): boolean {
    if (this.connection === null || this.fences.size > 0) return false;
    return !this.connection.outlet.blocked;
  }

  take(view: MessageView): void {
    if (this.connection === null) throw new Error('the feed is not connected');
    this.connection.outlet.put(this.connection.slot, view);
  }

  /** The consumers may be able to receive. */
  wake(): void {
    for (const consumer of this.consumers()) consumer.released();
    this.routes.queueNeedsDispatch(this.queue);
  }

  private consumers(): ChannelConsumer[] {
    return this.queue.consumers.all.filter((consumer) => consumer instanceof ChannelConsumer);
  }
}
