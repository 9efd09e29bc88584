import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import type { FeedAccess } from '../../shards/shard-messages.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { ChannelConsumer, type FeedPort } from '../channel/channel-consumer.ts';
import type { ArrivalGate, Queue } from '../queues/queue.ts';
import type { FeedOutlet } from './feed-outlet.ts';
import { QueueDrain } from './queue-drain.ts';

/** Messages, and their octets as contents. */
export interface Losses {
  readonly contents: number;
  readonly octets: number;
}

/** Where a connected feed's octets go. */
export interface FeedConnection {
  readonly writer: number;
  readonly slot: number;
  readonly outlet: FeedOutlet;
  /** For shards that may write to it while its writer sleeps. */
  readonly access: FeedAccess;
}

/** The threads that route, as a bridge sees them. */
export interface RouteSwitch {
  /** View for reading a stored message. */
  readonly scratch: MessageView;
  /** Milliseconds since the epoch, constant during one turn of the event loop. */
  readonly nowMs: number;
  /** Numbers of the shards that route messages of this vhost. */
  shardsOf(vhost: string): readonly number[];
  /**
   * Tells a shard to send the queue's contents straight to the feed. It says through its ring when
   * it does, and then `FeedBridge.switched` must be called.
   * @returns the number of the barrier that it puts in front of the first of them
   */
  toFeed(shard: number, queue: Queue, connection: FeedConnection): number;
  /**
   * Tells a shard to send the queue's contents to main.
   * @returns the number of the fence that it puts behind the last content on the short way; when
   *   the writer has come to it, `FeedBridge.fencePassed` must be called
   */
  toMain(shard: number, queue: Queue): number;
  queueNeedsDispatch(queue: Queue): void;
  /** Messages for the active feed of a queue are lost before it has got what is older. */
  droppedEarly(queue: Queue): void;
}

/**
 * - main: the shards send the queue's contents to main;
 * - switching: they have been told to send them to the feed, and some haven't said that they do;
 * - direct: they do;
 * - leaving: they have been told to send them to main again, and the writer hasn't read all that
 *   they had sent to the feed.
 */
type Phase = 'main' | 'switching' | 'direct' | 'leaving';

interface Barrier {
  readonly number: number;
  /** Messages at the head of the queue that must go in front of it. */
  older: number;
}

/**
 * Leads the messages of one leased queue to its direct connection while the feed is active: it is
 * connected, the queue has a consumer, and Channel.Flow is on (DMP section 5).
 *
 * Messages must not overtake each other on their two ways. So what is in the queue goes through
 * main's ring, at the pace of the client, and only when the queue is empty are the shards told to
 * take the short way. What they send by it waits, at a barrier, until main has passed on what they
 * had sent before. The other way round, main passes on nothing before the writer has read, up to a
 * fence, what came by the short way. One change is completed before the next one begins, however
 * often the consumer comes and goes.
 */
export class FeedBridge implements FeedPort, ArrivalGate {
  readonly queue: Queue;
  private readonly routes: RouteSwitch;
  private connection: FeedConnection | null = null;
  private drain: QueueDrain | null = null;
  private active = false;
  private passed = 0;
  private phase: Phase = 'main';
  /** Shards that take the short way, or have been told to. */
  private readonly direct = new Set<number>();
  /** Shards that haven't said so, by the number of their barrier. */
  private readonly awaited = new Map<number, number>();
  /** Barriers of shards that have said so, for main to set. */
  private arrived: Barrier[] = [];
  /** Shards whose fence the writer hasn't come to, by its number. */
  private readonly fences = new Map<number, number>();

  constructor(queue: Queue, routes: RouteSwitch) {
    this.queue = queue;
    this.routes = routes;
  }

  /** Contents that main has passed on. */
  get passedCount(): number {
    return this.passed;
  }

  /** Whether the feed is connected and its queue has a consumer that may receive. */
  get isActive(): boolean {
    return this.active;
  }

  /** What was lost in front of the feed. */
  get losses(): Losses {
    const { drain } = this;
    return { contents: drain?.contentsDropped ?? 0, octets: drain?.octetsDropped ?? 0 };
  }

  /** The direct connection is there, and may be behind by so much. */
  connect(connection: FeedConnection, limits: FeedLimits): void {
    this.connection = connection;
    this.drain = new QueueDrain(this.queue, limits, this.routes);
    this.update();
  }

  /** The direct connection has gone: nothing has to be in order any more. */
  disconnect(): void {
    for (const shard of this.direct) this.routes.toMain(shard, this.queue);
    this.direct.clear();
    this.awaited.clear();
    this.arrived = [];
    this.fences.clear();
    this.phase = 'main';
    this.connection = null;
    this.update();
    this.drain = null;
  }

  /** The connection may be behind by so much from now on. */
  setLimits(limits: FeedLimits): void {
    this.drain?.setLimits(limits);
  }

  /** The feed isn't active any more, but the shards can't be told before they have all switched. */
  get mustLeave(): boolean {
    return this.phase === 'switching' && !this.active;
  }

  /** To be called after every change of consumers or flow. */
  update(): void {
    const consumers = this.consumers();
    const wasActive = this.active;
    this.active = this.connection !== null && consumers.some((consumer) => consumer.flowing);
    for (const consumer of consumers) consumer.feed = this.active ? this : null;
    if (this.active && !wasActive) this.drain?.begin();
    this.queue.gate = this.active ? this : null;
    if (!this.active && this.phase === 'direct') this.leave();
    this.wake();
  }

  /** A shard has begun anew and sends everything to main. */
  shardReset(shard: number): void {
    this.direct.delete(shard);
    for (const [number, from] of this.awaited) {
      if (from !== shard) continue;
      this.awaited.delete(number);
      this.arrived = this.arrived.filter((barrier) => barrier.number !== number);
    }
    for (const [fence, from] of this.fences) if (from === shard) this.fences.delete(fence);
  }

  /** The writer has read what a shard had sent before it was told to send to main. */
  fencePassed(fence: number): void {
    this.fences.delete(fence);
  }

  /** The writer has given away all that was sent in front of a mark. */
  markReached(mark: number): void {
    this.drain?.reached(mark);
    this.wake();
  }

  /**
   * A shard takes the short way from here on; what it had sent before is in the queue or beyond.
   */
  switched(barrier: number): void {
    if (!this.awaited.has(barrier)) return;
    this.arrived.push({ number: barrier, older: this.queue.readyCount });
  }

  /**
   * Does what has become possible. To be called at the end of every turn, until it says that it
   * waits for nothing but calls of the methods above.
   */
  finishTurn(): boolean {
    const { connection } = this;
    if (connection === null) return true;
    this.mark(connection);
    if (this.phase === 'switching') {
      if (!this.setBarriers(connection)) return false;
      if (this.awaited.size > 0) return !this.mustLeave;
      this.becomeDirect();
    }
    if (this.phase === 'direct' && !this.active) this.leave();
    if (this.phase === 'leaving' && this.fences.size === 0) {
      this.phase = 'main';
      this.wake();
    }
    if (!this.active || this.phase === 'leaving') return true;
    if (this.queue.readyCount > 0) return false;
    this.enter(connection);
    return true;
  }

  canTake(): boolean {
    if (this.connection === null || this.phase === 'leaving') return false;
    if (this.connection.outlet.blocked) return false;
    return this.phase === 'direct' || this.drain?.isOpen !== false;
  }

  take(view: MessageView): void {
    const { connection, drain } = this;
    if (connection === null) throw new Error('the feed is not connected');
    this.passed++;
    for (const barrier of this.arrived) if (barrier.older > 0) barrier.older--;
    const octets = connection.outlet.put(connection.slot, view);
    if (this.phase === 'direct' || octets === 0) return;
    drain?.sent(octets);
    this.mark(connection);
  }

  refuses(view: MessageView): boolean {
    const { drain } = this;
    if (this.phase === 'direct' || drain === null || !drain.refuses(view)) return false;
    if (drain.reportIsDue) this.routes.droppedEarly(this.queue);
    return true;
  }

  /** The consumers may be able to receive. */
  wake(): void {
    for (const consumer of this.consumers()) consumer.released();
    this.routes.queueNeedsDispatch(this.queue);
  }

  /** Tells all shards that don't know yet to take the short way. */
  private enter(connection: FeedConnection): void {
    for (const shard of this.routes.shardsOf(this.queue.settings.vhost)) {
      if (this.direct.has(shard)) continue;
      this.direct.add(shard);
      this.awaited.set(this.routes.toFeed(shard, this.queue, connection), shard);
    }
    if (this.awaited.size > 0) this.phase = 'switching';
    else this.becomeDirect();
  }

  private becomeDirect(): void {
    this.phase = 'direct';
    // No pace is kept any more.
    this.wake();
  }

  /** Tells all shards to send to main again. */
  private leave(): void {
    for (const shard of this.direct) {
      this.fences.set(this.routes.toMain(shard, this.queue), shard);
    }
    this.direct.clear();
    this.phase = 'leaving';
  }

  /**
   * Sets the barriers that have arrived, each behind what is older; the feed gets that even if it
   * isn't active any more, because newer messages are on the short way already.
   * @returns false if main's ring is full, or the head of the queue is paged out
   */
  private setBarriers({ slot, outlet }: FeedConnection): boolean {
    while (this.arrived.length > 0) {
      const [barrier] = this.arrived;
      while (barrier.older > 0 && !outlet.blocked && this.passHead());
      if (barrier.older > 0 && !this.queue.headIsHere) return false;
      if (outlet.blocked || !outlet.barrier(slot, barrier.number)) return false;
      this.awaited.delete(barrier.number);
      this.arrived.shift();
    }
    return true;
  }

  /** Has the writer say when what was sent has left, if it is time. */
  private mark({ slot, outlet }: FeedConnection): void {
    const { drain } = this;
    if (drain === null || outlet.blocked) return;
    const mark = drain.dueMark;
    if (mark !== 0 && outlet.mark(slot, mark)) drain.marked();
  }

  /** Passes on the head of the queue. @returns false if there is none in memory */
  private passHead(): boolean {
    const head = this.queue.takeHead();
    if (head === null) return false;
    const { scratch } = this.routes;
    head.log.load(head.position, scratch);
    this.take(scratch);
    head.log.settle(head.position);
    return true;
  }

  private consumers(): ChannelConsumer[] {
    return this.queue.consumers.all.filter((consumer) => consumer instanceof ChannelConsumer);
  }
}
