import type { FeedLimits } from '../../dmp-writer/feed-limits.ts';
import { DROPPING_REPORT_MS } from '../../dmp-writer/feed-watch.ts';
import { contentSize } from '../../wire/dmp-content.ts';
import type { MessageView } from '../../wire/message-view.ts';
import type { ArrivalGate, Queue } from '../queues/queue.ts';

/**
 * Octets on their way from a queue to its feed, at most: enough that the writer has work while its
 * word that they have left comes back, and little for a client that takes nothing.
 */
const UNDER_WAY_MAX_OCTETS = 4 * 1024 * 1024;

/** A client that hasn't taken these after so long is slow; a fast one takes a few milliseconds. */
const SLOW_MS = 50;

interface Mark {
  readonly number: number;
  /** What was sent in front of it and behind the mark before. */
  readonly messages: number;
  readonly octets: number;
}

/**
 * The pace at which the messages of a queue go to its feed. What was queued before the feed became
 * active is never dropped: no more is under way than half of the feed's drop limits, and the rest
 * waits in the queue. What comes meanwhile has to wait behind it; while the client is slow it is
 * bounded by the drop limits as if it waited at the feed (DMP section 5).
 */
export class QueueDrain implements ArrivalGate {
  /** Messages that could not wait, and their octets as contents. */
  contentsDropped = 0;
  octetsDropped = 0;
  private readonly queue: Queue;
  private readonly clock: { readonly nowMs: number };
  private limits: FeedLimits;
  /** Messages at the end of the queue that have come since the feed became active. */
  private newer = 0;
  private newerOctets = 0;
  /** Sent, and for all we know waiting in the ring or at the feed. */
  private underWay = 0;
  private underWayOctets = 0;
  /** Of these, what was sent behind the last mark. */
  private unmarked = 0;
  private unmarkedOctets = 0;
  private marks: Mark[] = [];
  private nextMark = 1;
  /** When as much was under way as may be; null if it isn't. */
  private fullSinceMs: number | null = null;
  private wasSlow = false;
  private nextReportMs = 0;

  /** @param clock milliseconds of any clock that never goes back */
  constructor(queue: Queue, limits: FeedLimits, clock: { readonly nowMs: number }) {
    this.queue = queue;
    this.limits = limits;
    this.clock = clock;
  }

  /** The feed has become active: all that is in the queue is older than that. */
  begin(): void {
    this.newer = 0;
    this.newerOctets = 0;
  }

  /** Other limits hold from now on. */
  setLimits(limits: FeedLimits): void {
    this.limits = limits;
  }

  /** Whether the next message may go. What is left goes at once if none of it can be dropped. */
  get isOpen(): boolean {
    if (!this.isFull) return true;
    return this.queue.readyCount <= this.newer && this.fits(0, 0);
  }

  /** A message of so many octets, as a content, has been sent. */
  sent(octets: number): void {
    if (this.queue.readyCount < this.newer) {
      this.newer = this.queue.readyCount;
      this.newerOctets = this.newer === 0 ? 0 : Math.max(0, this.newerOctets - octets);
    }
    this.underWay++;
    this.underWayOctets += octets;
    this.unmarked++;
    this.unmarkedOctets += octets;
    if (this.isFull) this.fullSinceMs ??= this.clock.nowMs;
  }

  /** The number of the mark that has to be sent now, or 0. */
  get dueMark(): number {
    const isDue =
      this.unmarked >= this.maxMessages / 2 || this.unmarkedOctets >= this.maxOctets / 2;
    return isDue ? this.nextMark : 0;
  }

  /** It has been sent. */
  marked(): void {
    this.marks.push({
      number: this.nextMark++,
      messages: this.unmarked,
      octets: this.unmarkedOctets,
    });
    this.unmarked = 0;
    this.unmarkedOctets = 0;
  }

  /** All that was sent in front of this mark has left. */
  reached(mark: number): void {
    while (this.marks.length > 0 && this.marks[0].number <= mark) {
      const [{ messages, octets }] = this.marks;
      this.marks.shift();
      this.underWay -= messages;
      this.underWayOctets -= octets;
    }
    if (this.fullSinceMs === null || this.isFull) return;
    this.wasSlow = this.clock.nowMs - this.fullSinceMs >= SLOW_MS;
    this.fullSinceMs = null;
  }

  refuses(view: MessageView): boolean {
    const octets = contentSize(view);
    if (this.isSlow && !this.fits(1, octets)) {
      this.contentsDropped++;
      this.octetsDropped += octets;
      return true;
    }
    this.newer++;
    this.newerOctets += octets;
    return false;
  }

  /** Whether it is time to say that messages are lost, as seldom as a writer says so. */
  get reportIsDue(): boolean {
    const { nowMs } = this.clock;
    if (nowMs < this.nextReportMs) return false;
    this.nextReportMs = nowMs + DROPPING_REPORT_MS;
    return true;
  }

  private get isSlow(): boolean {
    if (this.fullSinceMs === null) return this.wasSlow;
    return this.wasSlow || this.clock.nowMs - this.fullSinceMs >= SLOW_MS;
  }

  private get isFull(): boolean {
    return this.underWay >= this.maxMessages || this.underWayOctets >= this.maxOctets;
  }

  private get maxMessages(): number {
    return Math.max(1, Math.floor(this.limits.dropMessages / 2));
  }

  private get maxOctets(): number {
    return Math.min(UNDER_WAY_MAX_OCTETS, Math.max(1, Math.floor(this.limits.dropOctets / 2)));
  }

  /** Whether what is under way, what is newer and this together are within the limits. */
  private fits(messages: number, octets: number): boolean {
    return (
      this.underWay + this.newer + messages <= this.limits.dropMessages &&
      this.underWayOctets + this.newerOctets + octets <= this.limits.dropOctets
    );
  }
}
