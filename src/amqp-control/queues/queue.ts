import type { KeptLog } from '../../store/kept-log.ts';
import type { StoreClient } from '../../store/store-client.ts';
import type { FieldTable } from '../../wire/field-table.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { QueueCounts } from '../stats/counts.ts';
import { ConsumerSet } from './consumer-set.ts';
import { ExpiryTimer } from './expiry-timer.ts';
import { type LogPaging, MessageLog } from './message-log.ts';
import { PriorityLogs } from './priority-logs.ts';
import type { Publication } from './publication.ts';
import type { QueueArguments } from './queue-arguments.ts';
import type { QueueConsumer } from './queue-consumer.ts';
import type { Overflow, QueueRules } from './queue-rules.ts';
import { NOT_KEPT } from './segment.ts';
import type { SegmentPager } from './segment-pager.ts';
import type { SegmentPool } from './segment-pool.ts';
import type { TimerQueue } from './timer-queue.ts';
import { UnusedTimer } from './unused-timer.ts';

/** Why a message is dead-lettered: the values of `reason` in x-death. */
export type DeathReason = 'rejected' | 'expired' | 'maxlen';

/** What a queue needs from the broker around it. */
export interface QueueHost {
  /** Milliseconds since the epoch, constant during one turn of the event loop. */
  readonly nowMs: number;
  readonly timers: TimerQueue;
  readonly segments: SegmentPool;
  /** What makes messages durable; null where everything is in memory. */
  readonly store: StoreClient | null;
  /** What pages messages out; null where everything stays in memory. */
  readonly pager: SegmentPager | null;
  /** View for reading a stored message; valid until the next message is read. */
  readonly scratch: MessageView;
  /** Set when a message has to wait although its queue has consumers; reset by who looks at it. */
  consumersLag: boolean;
  /** A number that no queue has had. */
  takeQueueNumber(): number;
  /** A queue exists from now on. */
  queueCreated(queue: Queue): void;
  /** A queue is deleted: its bindings are gone, its consumers not yet told. */
  queueDeleted(queue: Queue): void;
  /** What applies to a queue has changed. */
  queueRulesChanged(queue: Queue): void;
  /** Asks for `dispatch` at the end of this turn. */
  queueNeedsDispatch(queue: Queue): void;
  /** Takes a message that the queue gives up; called before its octets are freed. */
  deadLetter(queue: Queue, view: MessageView, reason: DeathReason): void;
  /** Nobody uses the queue any more (auto-delete, x-expires): it must be deleted. */
  queueExpired(queue: Queue): void;
}

/** Identity and settings of a queue, fixed at its declaration. */
export interface QueueSettings {
  /** Unique in this broker while it runs: what other threads call it. */
  readonly number: number;
  readonly name: string;
  readonly vhost: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** Number of the connection that owns it (exclusive), or null. */
  readonly owner: number | null;
  readonly table: FieldTable;
  readonly declared: QueueArguments;
  /** Number of the queue's first log in the store, of consecutive ones; null for a new queue. */
  readonly storedLog: number | null;
}

/** Decides whether messages may wait in a queue. */
export interface ArrivalGate {
  /** Whether a message that comes behind others is lost; if not, it waits from now on. */
  refuses(view: MessageView): boolean;
}

interface RefusedMessage {
  readonly log: MessageLog;
  readonly position: number;
}

/**
 * An ordinary queue: messages ready for delivery in order, the consumers they go to, and the rules
 * that remove them otherwise. Synchronous; whoever drives it calls `dispatch` after anything that
 * may let a consumer receive.
 */
export class Queue {
  readonly settings: QueueSettings;
  readonly consumers: ConsumerSet;
  readonly logs: PriorityLogs;
  readonly counts = new QueueCounts();
  deleted = false;
  /** Set by the host while the queue waits for `dispatch`. */
  needsDispatch = false;
  /** Set by whoever takes the queue's messages at a pace of its own. */
  gate: ArrivalGate | null = null;

  private readonly host: QueueHost;
  /** What applies: its arguments, policies and the broker's limits together. */
  private ruling: QueueRules;
  /** No rule looks at single messages: the short way through `publish`. */
  private plain = true;
  private limited = false;
  /** There are, or may be, messages that expire. */
  private expires = false;
  /** Taken out of the way of others: all consumers there are refuse them (no-local). */
  private refused: RefusedMessage[] = [];
  /** Called when the head is in memory again, or something else has become of it. */
  private headWaiters: (() => void)[] = [];
  private readonly expiry: ExpiryTimer;
  private readonly unused: UnusedTimer;

  constructor(settings: QueueSettings, rules: QueueRules, host: QueueHost) {
    const { maxPriority, singleActiveConsumer } = settings.declared;
    this.settings = settings;
    this.ruling = rules;
    this.host = host;
    this.consumers = new ConsumerSet(singleActiveConsumer);
    const logs: MessageLog[] = [];
    const { pager } = host;
    const paging: LogPaging | null =
      pager === null ? null : { pager, headArrived: () => this.headArrived() };
    for (let p = 0; p <= maxPriority; p++) {
      logs.push(new MessageLog(host.segments, this.keptLog(p), paging));
    }
    this.logs = new PriorityLogs(logs);
    const { timers, nowMs } = host;
    this.expiry = new ExpiryTimer(timers, (now) => this.expireHeads(now));
    this.unused = new UnusedTimer(timers, this.consumers, nowMs, () => host.queueExpired(this));
    this.applyRules(rules);
  }

  get rules(): QueueRules {
    return this.ruling;
  }

  /** Changes what applies: at once for bounds, for messages to come where it is said of each. */
  applyRules(rules: QueueRules): void {
    this.ruling = rules;
    this.limited = rules.maxLength !== Infinity || rules.maxLengthOctets !== Infinity;
    if (rules.messageTtlMs !== Infinity) this.expires = true;
    this.plain =
      this.settings.declared.maxPriority === 0 && !this.limited && rules.messageTtlMs === Infinity;
    this.unused.allow(rules.expiresMs);
    if (this.limited && this.readyCount > 0) this.enforceLimits();
  }

  get name(): string {
    return this.settings.name;
  }

  /** Whether the queue, and what is persistent in it, survives a restart. */
  get isKept(): boolean {
    return this.logs.lowest.kept !== null;
  }

  /** Number of the first log in the store; the others follow. 0 for a queue that isn't kept. */
  get firstLog(): number {
    return this.logs.lowest.kept?.number ?? 0;
  }

  /** Messages ready for delivery. */
  get readyCount(): number {
    return this.logs.readyCount + this.refused.length;
  }

  /** False while there is a head that is not in memory yet. */
  get headIsHere(): boolean {
    return this.logs.headIsHere;
  }

  /** Calls back, once, when `headIsHere` may have become true. */
  whenHeadIsHere(callback: () => void): void {
    this.headWaiters.push(callback);
  }

  /** When it was last declared, consumed from or read, in milliseconds since the epoch. */
  get lastUsedAtMs(): number {
    return this.unused.usedAtMs;
  }

  /** Messages delivered and not yet acknowledged. */
  get unackedCount(): number {
    return this.logs.unackedCount - this.refused.length;
  }

  /**
   * Takes a message: to a consumer if one can receive and nothing is ahead of it, otherwise to the
   * end of the queue.
   * @returns false if the queue is full and its overflow rule refuses it (the publisher gets a
   *   Basic.Nack)
   */
  publish(view: MessageView, publication: Publication): boolean {
    this.counts.published++;
    if (!this.plain || publication.expirationMs !== Infinity) {
      return this.publishUnderRules(view, publication);
    }
    const log = this.logs.lowest;
    if (log.readyCount === 0) {
      const consumer = this.consumers.next(publication.origin);
      if (consumer !== null) {
        this.handOver(consumer, log, view, Infinity, publication);
        return true;
      }
      if (this.refusesOrigin(publication.origin)) return true;
    }
    this.store(log, view, Infinity, publication);
    return true;
  }

  /** Takes a message that was stored before a restart, behind all others of its log. */
  restore(
    priority: number,
    view: MessageView,
    entry: number,
    expiresAtMs: number,
    redelivered: boolean,
  ): void {
    const log = this.logs.of(priority);
    const position = log.append(view, expiresAtMs, 0, entry);
    if (redelivered) log.markRedelivered(position);
    if (expiresAtMs !== Infinity) this.expires = true;
  }

  /** All that was stored is back: what has expired meanwhile goes. */
  restored(taken: ReadonlyMap<number, number>): void {
    for (const { kept } of this.logs.all) {
      if (kept !== null) kept.takenUpTo = taken.get(kept.number) ?? 0;
    }
    this.expireHeads(this.host.nowMs);
    this.dropBeyondLimits();
  }

  /** True if a message published now would go to a consumer at once (Basic.Publish immediate). */
  canDeliverNow(origin: number): boolean {
    if (this.readyCount > 0) return false;
    return this.consumers.all.some(
      (consumer) => consumer.canReceive() && consumer.refusedOrigin !== origin,
    );
  }

  /** Hands ready messages to consumers until one of the two runs out. */
  dispatch(): void {
    this.needsDispatch = false;
    const { host, consumers, logs } = this;
    const view = host.scratch;
    for (;;) {
      const log = logs.next();
      if (log === null) return;
      if (!log.headIsHere) break;
      const position = log.headPosition();
      if (this.expires && log.expiresAtMs(position) <= host.nowMs) {
        this.dropHead(log, 'expired');
        continue;
      }
      const consumer = consumers.next(log.origin(position));
      if (consumer === null) {
        if (!consumers.refuse(log.origin(position))) break;
        this.refused.push({ log, position: log.take() });
        continue;
      }
      log.take();
      log.load(position, view);
      const redelivered = log.isRedelivered(position);
      if (redelivered) this.counts.redelivered++;
      if (consumer.noAck) {
        this.counts.deliveredNoAck++;
        consumer.deliver(view, redelivered);
        log.settle(position);
      } else {
        this.counts.delivered++;
        consumer.deliverTracked(view, log, position, redelivered);
      }
    }
    this.armExpiry();
  }

  /**
   * Takes the message at the head for Basic.Get; it is unacknowledged from now on.
   * @returns where it lies, or null if the queue is empty or `headIsHere` is false
   */
  takeHead(): { log: MessageLog; position: number } | null {
    this.touch();
    this.offerRefusedAgain();
    this.expireHeads(this.host.nowMs);
    const log = this.logs.next();
    if (log === null || !log.headIsHere) return null;
    return { log, position: log.take() };
  }

  /** Gives an unacknowledged message back to its original place. */
  requeue(log: MessageLog, position: number): void {
    if (this.deleted) {
      log.settle(position);
      return;
    }
    log.requeue(position);
    this.dropBeyondLimits();
    this.host.queueNeedsDispatch(this);
  }

  /** An unacknowledged message was refused for good (Basic.Reject or Nack without requeue). */
  reject(log: MessageLog, position: number): void {
    if (!this.deleted && this.ruling.deadLetterExchange !== null) {
      const view = this.host.scratch;
      log.load(position, view);
      this.host.deadLetter(this, view, 'rejected');
    }
    log.settle(position);
  }

  addConsumer(consumer: QueueConsumer): void {
    this.touch();
    this.offerRefusedAgain();
    this.consumers.add(consumer);
    this.host.queueNeedsDispatch(this);
  }

  /**
   * Removes a consumer that cancelled or whose channel closed; the last one takes an auto-delete
   * queue with it.
   */
  removeConsumer(consumer: QueueConsumer): void {
    this.touch();
    this.consumers.remove(consumer);
    if (this.deleted) return;
    this.offerRefusedAgain();
    if (this.settings.autoDelete && this.consumers.count === 0) this.host.queueExpired(this);
    else this.host.queueNeedsDispatch(this);
  }

  /** A consumer may be able to receive again. */
  consumerReady(consumer: QueueConsumer): void {
    this.consumers.ready(consumer);
    if (this.logs.next() !== null) this.host.queueNeedsDispatch(this);
  }

  /** Puts off x-expires: the queue was declared again, consumed from or read. */
  touch(): void {
    this.unused.touch(this.host.nowMs);
  }

  /** Drops the ready messages; returns how many. */
  purge(): number {
    this.offerRefusedAgain();
    const purged = this.logs.purge();
    this.callHeadWaiters();
    return purged;
  }

  /**
   * Ends the queue: timers stop, ready messages go, consumers are told. Unacknowledged ones can
   * still be settled.
   */
  close(): void {
    this.deleted = true;
    this.expiry.arm(Infinity);
    this.unused.stop();
    for (const { kept } of this.logs.all) kept?.drop();
    this.purge();
    for (const consumer of [...this.consumers.all]) {
      this.consumers.remove(consumer);
      consumer.cancelledByServer();
    }
  }

  private publishUnderRules(view: MessageView, publication: Publication): boolean {
    const { host, ruling: rules } = this;
    const { origin } = publication;
    const ttlMs = Math.min(rules.messageTtlMs, publication.expirationMs);
    const expiresAt = host.nowMs + ttlMs;
    if (ttlMs !== Infinity) this.expires = true;
    const log = this.logs.of(publication.priority);
    if (this.readyCount === 0) {
      const consumer = this.consumers.next(origin);
      if (consumer !== null) {
        this.handOver(consumer, log, view, expiresAt, publication);
        return true;
      }
      if (this.refusesOrigin(origin)) return true;
    }
    if (rejects(rules.overflow) && this.isFull(view.bodySize)) {
      if (rules.overflow === 'reject-publish-dlx') host.deadLetter(this, view, 'maxlen');
      return false;
    }
    this.store(log, view, expiresAt, publication);
    if (this.limited) this.enforceLimits();
    if (ttlMs === 0) this.expireHeads(host.nowMs);
    else this.armExpiry();
    return true;
  }

  private store(
    log: MessageLog,
    view: MessageView,
    expiresAt: number,
    publication: Publication,
  ): void {
    if (this.gate?.refuses(view) === true) return;
    const { origin } = publication;
    log.append(view, expiresAt, origin, keep(log, view, expiresAt, publication));
    if (this.consumers.count > 0) this.host.consumersLag = true;
    if (this.consumers.refuse(origin)) this.host.queueNeedsDispatch(this);
  }

  private keptLog(priority: number): KeptLog | null {
    const { durable, owner, storedLog } = this.settings;
    const { store } = this.host;
    if (store === null || !durable || owner !== null) return null;
    return storedLog === null ? store.newLog() : store.storedLog(storedLog + priority);
  }

  /** An exclusive queue can have no other consumers: what they refuse nobody will ever take. */
  private refusesOrigin(origin: number): boolean {
    return this.settings.owner !== null && this.consumers.allRefuse(origin);
  }

  /** The consumers have changed: what all of them refused may find a taker now. */
  private offerRefusedAgain(): void {
    for (const { log, position } of this.refused) log.putBack(position);
    this.refused = [];
  }

  private handOver(
    consumer: QueueConsumer,
    log: MessageLog,
    view: MessageView,
    expiresAt: number,
    publication: Publication,
  ): void {
    if (consumer.noAck) {
      this.counts.deliveredNoAck++;
      consumer.deliver(view, false);
      return;
    }
    this.counts.delivered++;
    const entry = keep(log, view, expiresAt, publication);
    const position = log.append(view, expiresAt, publication.origin, entry);
    log.take();
    consumer.deliverTracked(view, log, position, false);
  }

  private isFull(bodyOctets: number): boolean {
    const { ruling: rules } = this;
    if (this.readyCount >= rules.maxLength) return true;
    return this.logs.readyOctets + bodyOctets > rules.maxLengthOctets;
  }

  /** What had to wait for the head is done. */
  private headArrived(): void {
    this.expireHeads(this.host.nowMs);
    this.dropBeyondLimits();
    this.host.queueNeedsDispatch(this);
    this.callHeadWaiters();
  }

  private callHeadWaiters(): void {
    if (this.headWaiters.length === 0) return;
    const waiters = this.headWaiters;
    this.headWaiters = [];
    for (const waiter of waiters) waiter();
  }

  /** Messages that were unacknowledged are ready again, which may be more than there may be. */
  private dropBeyondLimits(): void {
    if (this.limited && !rejects(this.ruling.overflow)) this.enforceLimits();
  }

  private enforceLimits(): void {
    const { ruling: rules } = this;
    while (this.readyCount > rules.maxLength || this.logs.readyOctets > rules.maxLengthOctets) {
      const log = this.logs.next();
      // One that is on its way is dropped when it arrives.
      if (log === null || !log.headIsHere) return;
      this.dropHead(log, 'maxlen');
    }
  }

  private expireHeads(nowMs: number): void {
    if (!this.expires) return;
    for (const log of this.logs.all) {
      while (log.headExpiresAtMs <= nowMs) this.dropHead(log, 'expired');
    }
    this.armExpiry();
  }

  private dropHead(log: MessageLog, reason: DeathReason): void {
    const position = log.take();
    if (this.ruling.deadLetterExchange !== null) {
      const view = this.host.scratch;
      log.load(position, view);
      this.host.deadLetter(this, view, reason);
    }
    log.settle(position);
  }

  /** Makes sure that a timer runs no later than the earliest expiry among the heads. */
  private armExpiry(): void {
    if (!this.expires || this.deleted) return;
    this.expiry.arm(this.logs.headExpiresAtMs);
  }
}

function rejects(overflow: Overflow | null): boolean {
  return overflow !== null && overflow !== 'drop-head';
}

/** Makes the message durable where it must be. @returns the number of its entry, or NOT_KEPT */
function keep(
  log: MessageLog,
  view: MessageView,
  expiresAt: number,
  publication: Publication,
): number {
  if (log.kept === null || !publication.persistent) return NOT_KEPT;
  const again = publication.kept;
  publication.kept = true;
  return log.kept.keep(view, expiresAt, again);
}
