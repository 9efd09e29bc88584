import type { KeptLog } from '../../store/kept-log.ts';
import type { MessageView } from '../../wire/message-view.ts';
import { PositionHeap } from './position-heap.ts';
import type { Segment } from './segment.ts';
import {
  INLINE_BODY_MAX_OCTETS,
  NOT_KEPT,
  RECORD_ALIGNMENT_OCTETS,
  recordOctets,
} from './segment.ts';
import { SegmentList } from './segment-list.ts';
import type { PagedLog, SegmentPager } from './segment-pager.ts';
import { SEGMENT_BODIES_MAX_OCTETS, type SegmentPool } from './segment-pool.ts';

/** What a log needs so that what it holds can be more than memory does. */
export interface LogPaging {
  readonly pager: SegmentPager;
  /** The head was awaited (`headIsHere`), and is here. */
  headArrived(): void;
}

/**
 * The messages of one queue (of one priority) in order of arrival, as octets in segments and
 * without an object per message. A message is *ready* until `take`, then *unacked* until it is
 * settled or requeued.
 *
 *     segments   [ s s t r s ] [ t t t r·r r ] [ r r r r r ·      ]
 *                  └ taken, settled     └ cursor              └ tail: appended to
 *                      └ requeued: a heap of positions, delivered before the cursor
 *
 * The handle of a message is its *position*, a safe integer that grows with arrival and is never
 * used again: it counts units of RECORD_ALIGNMENT_OCTETS, so that a log can see 64 PiB go by.
 *
 * A segment returns to the pool when all its messages are settled; a log without messages holds
 * none. So one unacked message keeps at most one segment: a log with n unacked messages holds at
 * most n + 1 segments (n × SEGMENT_MAX_OCTETS) beyond those of its ready messages.
 *
 * Segments between the cursor's and the tail may be paged out. Their messages were never taken, so
 * that no position in them is known to anybody. When the cursor comes to one that is not back yet,
 * `headIsHere` is false for a while, in which the head can neither be taken nor looked at.
 *
 * Every method that takes a position throws when no such message is in the log, and `settle` and
 * `requeue` also when it is not unacked: a handle that is used twice is a bug of the caller.
 */
export class MessageLog implements PagedLog {
  /** What makes this log's messages durable; null where they are transient. */
  readonly kept: KeptLog | null;
  private readonly pool: SegmentPool;
  /** Null where everything stays in memory. */
  private readonly paging: LogPaging | null;
  private readonly segments = new SegmentList();
  private readonly requeued = new PositionHeap();
  /** Null as long as there is no segment. */
  private tail: Segment | null = null;
  /** Where the oldest message lies that was never taken; in the tail or earlier. */
  private cursor: Segment | null = null;
  private cursorAt = 0;
  private cursorIsHere = true;
  private nextBasePosition = 0;
  private ready = 0;
  private readyBodyOctets = 0;
  private unacked = 0;
  private unackedBodyOctets = 0;
  private keptMessages = 0;
  private keptBodyOctets = 0;
  private heldOctets = 0;
  private awayCount = 0;
  private awayOctets = 0;

  constructor(pool: SegmentPool, kept: KeptLog | null = null, paging: LogPaging | null = null) {
    this.pool = pool;
    this.kept = kept;
    this.paging = paging;
  }

  /** Messages that wait for delivery. */
  get readyCount(): number {
    return this.ready;
  }

  /** Octets of the bodies of the ready messages. */
  get readyOctets(): number {
    return this.readyBodyOctets;
  }

  /** Ready messages that are not in memory. */
  get pagedOutCount(): number {
    return this.awayCount;
  }

  /** Octets of their bodies. */
  get pagedOutOctets(): number {
    return this.awayOctets;
  }

  /** False while the ready message that is delivered next is not in memory. */
  get headIsHere(): boolean {
    return this.cursorIsHere || this.requeued.size > 0;
  }

  /**
   * When the head expires, on the caller's clock; Infinity for never, or if there is no head that
   * can be looked at.
   */
  get headExpiresAtMs(): number {
    if (this.readyCount === 0 || !this.headIsHere) return Infinity;
    return this.expiresAtMs(this.headPosition());
  }

  /** Messages that are taken and neither settled nor requeued. */
  get unackedCount(): number {
    return this.unacked;
  }

  /** Octets of the bodies of the unacked messages. */
  get unackedOctets(): number {
    return this.unackedBodyOctets;
  }

  /** Messages, ready or unacked, that the store keeps. */
  get keptCount(): number {
    return this.keptMessages;
  }

  /** Octets of the bodies of the messages that the store keeps. */
  get keptOctets(): number {
    return this.keptBodyOctets;
  }

  /**
   * Octets of memory held: whole segments and external bodies. A body that several logs share
   * counts in each of them.
   */
  get totalOctets(): number {
    return this.heldOctets;
  }

  /**
   * Adds a message behind all others. Its octets are copied, but for a body longer than
   * INLINE_BODY_MAX_OCTETS, which is kept by reference when `view.bodyOwned`; else it is copied
   * once and the view then shows the copy as an owned body, so that the next log shares it.
   *
   * @param expiresAtMs on the caller's clock; Infinity for never
   * @param origin a 32-bit number of the publisher's connection
   * @param entry the number that `kept` has given the message, NOT_KEPT if it is transient
   * @returns the position of the message
   */
  append(view: MessageView, expiresAtMs: number, origin: number, entry = NOT_KEPT): number {
    const octets = recordOctets(view, expiresAtMs, entry);
    let tail = this.tail;
    if (
      tail === null ||
      tail.writtenOctets + octets > tail.capacityOctets ||
      tail.externalOctets > SEGMENT_BODIES_MAX_OCTETS
    ) {
      tail = this.extend(tail, octets);
    }
    const at = tail.append(view, octets, expiresAtMs, origin, entry);
    if (view.bodySize > INLINE_BODY_MAX_OCTETS) this.holdExternal(view.bodySize);
    this.ready++;
    this.readyBodyOctets += view.bodySize;
    if (entry !== NOT_KEPT) {
      this.keptMessages++;
      this.keptBodyOctets += view.bodySize;
    }
    return positionOf(tail, at);
  }

  /** The ready message that is delivered next, or -1 when none is ready. */
  headPosition(): number {
    if (this.requeued.size > 0) return this.requeued.peek();
    if (this.ready === 0 || this.cursor === null) return -1;
    return positionOf(this.cursor, this.cursorAt);
  }

  /**
   * Makes the head unacked. @returns its position, or -1 when none is ready
   *
   * @throws Error unless `headIsHere`
   */
  take(): number {
    if (this.requeued.size > 0) {
      const position = this.requeued.pop();
      const segment = this.segments.find(position);
      this.markTaken(segment, offsetOf(segment, position));
      return position;
    }
    const segment = this.cursor;
    if (this.ready === 0 || segment === null) return -1;
    const at = this.cursorAt;
    this.markTaken(segment, at);
    this.cursorAt = segment.recordEnd(at);
    if (this.cursorAt === segment.writtenOctets && segment !== this.tail) {
      this.moveCursor(this.segments.after(segment));
    }
    return positionOf(segment, at);
  }

  /**
   * Points the view at the stored octets, which stay where they are until the message is settled;
   * an external body may be kept for longer (`view.bodyOwned`).
   */
  load(position: number, view: MessageView): void {
    const segment = this.segments.find(position);
    segment.load(offsetOf(segment, position), view);
  }

  /** An unacked message is done with; its memory is given back with that of its segment. */
  settle(position: number): void {
    const segment = this.segments.find(position);
    const at = offsetOf(segment, position);
    const bodySize = segment.bodySize(at);
    if (this.kept !== null) this.settleKept(this.kept, segment.entry(at), bodySize);
    const externalOctets = segment.settle(at);
    if (externalOctets > 0) this.holdExternal(-externalOctets);
    this.unacked--;
    this.unackedBodyOctets -= bodySize;
    if (segment.liveCount === 0) this.reclaim(segment);
  }

  /**
   * An unacked message becomes ready again where it was in the order, and counts as redelivered.
   */
  requeue(position: number): void {
    const segment = this.segments.find(position);
    const at = offsetOf(segment, position);
    segment.requeue(at);
    this.becomesReady(position, segment, at);
  }

  /** As `requeue`, for a message that nobody has seen: it does not count as redelivered. */
  putBack(position: number): void {
    const segment = this.segments.find(position);
    const at = offsetOf(segment, position);
    segment.putBack(at);
    this.becomesReady(position, segment, at);
  }

  /** Takes and settles the head. @returns its former position, or -1 when none was ready */
  discardHead(): number {
    const position = this.take();
    if (position !== -1) this.settle(position);
    return position;
  }

  /**
   * Discards every ready message; unacked ones stay. Takes time for the requeued messages and two
   * segments at most: what lies between was never taken and goes as a whole.
   *
   * @returns how many were discarded
   */
  purge(): number {
    const purged = this.ready;
    this.dropUntouchedSegments();
    while (this.ready > 0) this.discardHead();
    // Exact again: the bodies of the segments dropped as a whole were not subtracted.
    this.readyBodyOctets = 0;
    return purged;
  }

  /** A ready message counts as redelivered: it was delivered before a restart. */
  markRedelivered(position: number): void {
    const segment = this.segments.find(position);
    segment.markRedelivered(offsetOf(segment, position));
  }

  isRedelivered(position: number): boolean {
    const segment = this.segments.find(position);
    return segment.isRedelivered(offsetOf(segment, position));
  }

  /** When the message expires, in ms on the clock of who appended it; Infinity for never. */
  expiresAtMs(position: number): number {
    const segment = this.segments.find(position);
    return segment.expiresAtMs(offsetOf(segment, position));
  }

  /** The number that the message was appended with. */
  origin(position: number): number {
    const segment = this.segments.find(position);
    return segment.origin(offsetOf(segment, position));
  }

  /** Octets of the message's body. */
  bodySize(position: number): number {
    const segment = this.segments.find(position);
    return segment.bodySize(offsetOf(segment, position));
  }

  pagedOut(segment: Segment): void {
    segment.awayBodyOctets = segment.bodyOctets();
    this.awayCount += segment.liveCount;
    this.awayOctets += segment.awayBodyOctets;
    this.holdExternal(-segment.externalOctets);
    this.heldOctets -= segment.capacityOctets;
    this.pool.release(segment.leave());
  }

  pagedIn(segment: Segment, memory: Segment, bodies: Buffer): void {
    segment.comeBack(memory, bodies);
    this.heldOctets += segment.capacityOctets;
    this.holdExternal(bodies.length);
    this.awayCount -= segment.liveCount;
    this.awayOctets -= segment.awayBodyOctets;
    if (segment === this.cursor) this.cursorArrived();
  }

  salvaged(segment: Segment, stored: Segment): void {
    this.awayCount -= segment.liveCount;
    this.awayOctets -= segment.awayBodyOctets;
    this.ready -= segment.liveCount - stored.liveCount;
    this.readyBodyOctets -= segment.awayBodyOctets - stored.bodyOctets();
    this.keptMessages -= segment.keptCount - stored.keptCount;
    this.keptBodyOctets -= segment.keptBodyOctets - stored.keptBodyOctets;
    segment.become(stored);
    if (this.kept !== null) segment.markRedeliveredUpTo(this.kept.takenUpTo);
    this.heldOctets += segment.capacityOctets + segment.externalOctets;
    this.pool.countExternal(segment.externalOctets);
    const isCursor = segment === this.cursor;
    if (segment.liveCount === 0) {
      if (isCursor) this.moveCursor(this.segments.after(segment));
      this.giveBack(segment);
    }
    if (isCursor && (this.cursor?.isHere ?? false)) this.cursorArrived();
  }

  get storedAs(): number {
    return this.kept?.number ?? 0;
  }

  private cursorArrived(): void {
    this.cursorIsHere = true;
    this.paging?.headArrived();
  }

  private becomesReady(position: number, segment: Segment, at: number): void {
    this.requeued.push(position);
    this.unacked--;
    this.ready++;
    const bodySize = segment.bodySize(at);
    this.readyBodyOctets += bodySize;
    this.unackedBodyOctets -= bodySize;
  }

  private settleKept(kept: KeptLog, entry: number, bodySize: number): void {
    if (entry === NOT_KEPT) return;
    kept.settle(entry);
    this.keptMessages--;
    this.keptBodyOctets -= bodySize;
  }

  private markTaken(segment: Segment, at: number): void {
    segment.take(at);
    if (this.kept !== null) this.kept.take(segment.entry(at));
    this.ready--;
    this.unacked++;
    const bodySize = segment.bodySize(at);
    this.readyBodyOctets -= bodySize;
    this.unackedBodyOctets += bodySize;
  }

  private holdExternal(octets: number): void {
    this.heldOctets += octets;
    this.pool.countExternal(octets);
  }

  /** A new tail, twice as large as the one that is full. */
  private extend(full: Segment | null, octets: number): Segment {
    if (full !== null) this.nextBasePosition = endPosition(full);
    const preferredOctets = full === null ? 0 : 2 * full.writtenOctets;
    const tail = this.pool.acquire(preferredOctets, octets, this.nextBasePosition);
    this.segments.push(tail);
    this.heldOctets += tail.capacityOctets;
    this.tail = tail;
    if (this.cursor === null || this.cursorAt === this.cursor.writtenOctets) {
      this.cursor = tail;
      this.cursorAt = 0;
    }
    if (full === null) return tail;
    if (full.liveCount === 0) this.giveBack(full);
    else if (full.basePosition > this.cursor.basePosition) this.offer(full);
    return tail;
  }

  /** A segment has no message left. The tail is written on as long as the log has messages. */
  private reclaim(segment: Segment): void {
    if (segment !== this.tail) this.giveBack(segment);
    const tail = this.tail;
    if (tail === null || this.ready + this.unacked > 0) return;
    this.nextBasePosition = endPosition(tail);
    this.giveBack(tail);
    this.tail = null;
    this.cursor = null;
  }

  private giveBack(segment: Segment): void {
    this.segments.remove(segment);
    this.release(segment);
  }

  private release(segment: Segment): void {
    if (segment.isOffered) this.paging?.pager.forget(segment);
    if (!segment.isHere) return;
    this.holdExternal(-segment.externalOctets);
    this.heldOctets -= segment.capacityOctets;
    this.pool.release(segment);
  }

  private offer(segment: Segment): void {
    if (this.paging === null) return;
    segment.isOffered = true;
    this.paging.pager.offer(this, segment);
  }

  /** The cursor comes to the beginning of a segment. */
  private moveCursor(segment: Segment): void {
    this.cursor = segment;
    this.cursorAt = 0;
    if (this.paging === null) return;
    const { pager } = this.paging;
    if (segment.isOffered) pager.summon(segment);
    for (const next of this.segments.following(segment, pager.segmentsAhead)) {
      if (next.isOffered) pager.summon(next);
    }
    this.cursorIsHere = segment.isHere;
  }

  /** Drops the segments in front of the tail in which every message was never taken. */
  private dropUntouchedSegments(): void {
    const { cursor, tail } = this;
    if (cursor === null || tail === null || cursor === tail) return;
    const dropped = this.segments.removeBetween(cursor, tail);
    if (!this.cursorIsHere) {
      this.segments.remove(cursor);
      dropped.unshift(cursor);
      this.cursor = tail;
      this.cursorAt = 0;
      this.cursorIsHere = true;
    }
    this.purgeKept(dropped);
    for (const segment of dropped) {
      this.ready -= segment.liveCount;
      this.keptMessages -= segment.keptCount;
      this.keptBodyOctets -= segment.keptBodyOctets;
      this.release(segment);
    }
    this.awayCount = 0;
    this.awayOctets = 0;
  }

  /** Entries are in the order of arrival, and so are those of the dropped segments. */
  private purgeKept(dropped: readonly Segment[]): void {
    if (this.kept === null) return;
    const first = dropped.find(({ firstEntry }) => firstEntry !== NOT_KEPT);
    const last = dropped.findLast(({ lastEntry }) => lastEntry !== NOT_KEPT);
    if (first !== undefined && last !== undefined) {
      this.kept.purge(first.firstEntry, last.lastEntry);
    }
  }
}

function positionOf(segment: Segment, at: number): number {
  return segment.basePosition + at / RECORD_ALIGNMENT_OCTETS;
}

function offsetOf(segment: Segment, position: number): number {
  return (position - segment.basePosition) * RECORD_ALIGNMENT_OCTETS;
}

/** The first position behind everything that is written in the segment. */
function endPosition(segment: Segment): number {
  return positionOf(segment, segment.writtenOctets);
}
