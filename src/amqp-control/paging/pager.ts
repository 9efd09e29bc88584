import { crc32 } from 'node:zlib';
import type { EntryRange } from '../../store/recall.ts';
import { NOT_KEPT, type Segment } from '../queues/segment.ts';
import type { PagedLog, SegmentPager } from '../queues/segment-pager.ts';
import { SEGMENT_MAX_OCTETS, type SegmentPool } from '../queues/segment-pool.ts';
import { NOT_SCHEDULED, type TimerQueue, type TimerTask } from '../queues/timer-queue.ts';
import { EXTENT_UNIT_OCTETS, ExtentMap, extentOctets } from './extent-map.ts';
import { fillSegment } from './fill-segment.ts';
import { IdlePages } from './idle-pages.ts';
import { Page } from './page.ts';
import type { Outcome, PageDevice } from './page-device.ts';

/** Octets that are written at once, but for a single longer segment: some milliseconds. */
const WRITE_MAX_OCTETS = 4 * 1024 * 1024;

/**
 * Reads under way at a time: so many that the next one is there when one is done with, so few that
 * a disk which hangs leaves threads of libuv's pool to others.
 */
const READS_MAX = 2;

/** Segments of one log that are read ahead: at a million messages a second, ten milliseconds. */
const AHEAD_MAX = 8;

/** What all logs together read ahead, as a share of the bound. */
const AHEAD_SHARE = 1 / 4;

/** Octets beyond the bound, waiting to be written, at which publishers are held back … */
const HOLD_OCTETS = 32 * 1024 * 1024;
/** … and at which they may go on. */
const RESUME_OCTETS = 16 * 1024 * 1024;

/** Octets at the end of the file that are worth cutting off. */
const CUT_MIN_OCTETS = 16 * 1024 * 1024;

const NOTHING = Buffer.alloc(EXTENT_UNIT_OCTETS);

/** Time until what has failed is tried again, in milliseconds. */
const RETRY_MS = 250;

/**
 * Failures to read, without a success between them, before the store is asked: 5 seconds for a page
 * that can't be read; for the next one of a file that is no good, none.
 */
const TRIES_BEFORE_RECALL = 20;

/** What a pager tells. */
export interface PagerEvents {
  /** Memory fills faster than it is written out: publishers must be held back, or may go on. */
  onCongestion(congested: boolean): void;
  /** Nothing can be paged out: it stays in memory, and is tried again and again. */
  onWriteFailing(reason: string): void;
  onWritingAgain(): void;
  /** Something can't be read back: its queue stands still while it is tried again and again. */
  onReadFailing(reason: string): void;
  onReadingAgain(): void;
  /** Something is given up: so many of its messages came from the store, and so many are lost. */
  onSalvaged(recalled: number, lost: number): void;
}

/** What the store keeps of messages that are paged out. */
export interface PageStore {
  /** @param done gets a chunk (chunk-format.ts), or null if the store can't be read either */
  recall(range: EntryRange, done: (chunk: Buffer | null) => void): void;
}

/** The clock and the timers of who drives it. */
export interface PagerClock {
  readonly nowMs: number;
  readonly timers: TimerQueue;
}

/**
 * Keeps what the segments of all logs take in memory below a bound, as far as they can be paged
 * out: what is farthest from delivery goes first, that is what came last. Synchronous: the device
 * does the work and says when it is done.
 */
export class Pager implements SegmentPager {
  readonly boundOctets: number;
  private readonly pool: SegmentPool;
  private readonly device: PageDevice;
  private readonly store: PageStore;
  private readonly clock: PagerClock;
  private readonly events: PagerEvents;
  private readonly extents = new ExtentMap();
  private readonly pages = new Map<Segment, Page>();
  private readonly idle = new IdlePages();
  /** How many pages of each log are on disk only. */
  private readonly awayByLog = new Map<PagedLog, number>();
  private readonly awaited: Page[] = [];
  /** Awaited, but reading them has failed. */
  private readonly failedReads = new Set<Page>();
  private reads = 0;
  private failuresInARow = 0;
  private isWriting = false;
  private isFailing = false;
  private isCongested = false;
  /** What was written of the file, at most. */
  private fileEnd = 0;
  private readonly retryTask: TimerTask = {
    timerIndex: NOT_SCHEDULED,
    run: () => this.tryAgain(),
  };

  /** @param boundOctets what the segments of all logs may take in memory */
  constructor(
    boundOctets: number,
    pool: SegmentPool,
    device: PageDevice,
    store: PageStore,
    clock: PagerClock,
    events: PagerEvents,
  ) {
    this.boundOctets = boundOctets;
    this.pool = pool;
    this.device = device;
    this.store = store;
    this.clock = clock;
    this.events = events;
  }

  get segmentsAhead(): number {
    const logs = Math.max(1, this.awayByLog.size);
    const each = Math.floor((AHEAD_SHARE * this.boundOctets) / SEGMENT_MAX_OCTETS / logs);
    return Math.min(AHEAD_MAX, Math.max(1, each));
  }

  /** Octets on disk that are in use. */
  get storedOctets(): number {
    return this.extents.usedOctets;
  }

  /** Memory fills faster than it is written out. */
  get congested(): boolean {
    return this.isCongested;
  }

  offer(log: PagedLog, segment: Segment): void {
    const page = new Page(log, segment);
    this.pages.set(segment, page);
    this.idle.push(page);
    this.relieve();
  }

  summon(segment: Segment): void {
    const page = this.pages.get(segment);
    if (page === undefined) return;
    if (page.state === 'idle' || page.state === 'leaving') {
      this.end(page);
    } else if (page.state === 'away') {
      page.state = 'awaited';
      this.awaited.push(page);
      this.readNext();
    }
  }

  forget(segment: Segment): void {
    const page = this.pages.get(segment);
    if (page === undefined) return;
    const { state } = page;
    this.end(page);
    if (state === 'idle' || state === 'leaving') return;
    this.countAway(page, -1);
    // What is under way keeps its place in the file until it is done.
    if (state === 'coming') return;
    this.freeExtent(page);
    this.cut();
  }

  /** Its messages are in memory, or gone: nothing will be done with it any more. */
  private end(page: Page): void {
    const wasIdle = page.state === 'idle';
    this.pages.delete(page.segment);
    page.end();
    if (wasIdle) this.idle.leave();
    if (this.failedReads.delete(page) && this.failedReads.size === 0) this.events.onReadingAgain();
  }

  /** Pages out what is too much. */
  private relieve(): void {
    if (!this.isWriting && !this.isFailing) this.writeOut();
    this.judgeCongestion();
  }

  private writeOut(): void {
    const batch: Page[] = [];
    let octets = 0;
    let inMemory = this.pool.usedOctets;
    while (inMemory > this.boundOctets && octets < WRITE_MAX_OCTETS) {
      const page = this.idle.pop();
      if (page === null) break;
      inMemory -= page.segment.capacityOctets + page.segment.externalOctets;
      page.recordOctets = page.segment.writtenOctets;
      page.bodyOctets = page.segment.externalOctets;
      octets += extentOf(page);
      batch.push(page);
    }
    if (batch.length > 0) this.write(batch, octets);
    else if (this.isFailing) this.writesAgain();
  }

  private write(batch: readonly Page[], octets: number): void {
    const pieces: Buffer[] = [];
    const at = this.extents.allocate(octets);
    let pageAt = at;
    for (const page of batch) {
      page.state = 'leaving';
      page.at = pageAt;
      page.checksum = 0;
      const contents = page.segment.contents();
      for (const piece of contents) page.checksum = crc32(piece, page.checksum);
      pieces.push(...contents, padding(page));
      pageAt += extentOf(page);
    }
    this.isWriting = true;
    this.fileEnd = Math.max(this.fileEnd, pageAt);
    this.device.write(pieces, at, (outcome) => this.written(batch, outcome));
  }

  private written(batch: readonly Page[], outcome: Outcome): void {
    this.isWriting = false;
    // What came last comes last again.
    for (const page of batch.toReversed()) {
      if (page.state === 'leaving' && outcome === null) this.pageLeft(page);
      else this.pageStays(page);
    }
    if (outcome === null) {
      if (this.isFailing) this.writesAgain();
      this.relieve();
      this.cut();
      return;
    }
    if (!this.isFailing) this.events.onWriteFailing(outcome.message);
    this.isFailing = true;
    this.judgeCongestion();
    this.retrySoon();
  }

  private pageLeft(page: Page): void {
    page.state = 'away';
    this.countAway(page, 1);
    page.log.pagedOut(page.segment);
  }

  /** It was not written, or for nothing. */
  private pageStays(page: Page): void {
    this.freeExtent(page);
    if (page.state !== 'leaving') return;
    page.state = 'idle';
    this.idle.push(page);
  }

  private writesAgain(): void {
    this.isFailing = false;
    this.events.onWritingAgain();
  }

  private judgeCongestion(): void {
    const most = this.boundOctets + (this.isCongested ? RESUME_OCTETS : HOLD_OCTETS);
    // Publishers wait for nothing but a write: what can't be paged out is not helped by waiting.
    const congested = this.isWriting && !this.isFailing && this.pool.usedOctets > most;
    if (congested === this.isCongested) return;
    this.isCongested = congested;
    this.events.onCongestion(congested);
  }

  private readNext(): void {
    while (this.reads < READS_MAX) {
      const page = this.awaited.shift();
      if (page === undefined) return;
      if (page.state === 'awaited') this.read(page);
    }
  }

  private read(page: Page): void {
    page.state = 'coming';
    this.reads++;
    const { recordOctets } = page;
    const memory = this.pool.acquire(recordOctets, recordOctets, 0);
    const records = memory.target(recordOctets);
    const bodies = Buffer.allocUnsafeSlow(page.bodyOctets);
    this.device.read([records, bodies], page.at, (outcome) => {
      this.reads--;
      const isWhole = outcome === null && checksumOf(records, bodies) === page.checksum;
      if (page.state === 'coming' && isWhole) {
        this.pageCame(page, memory, bodies);
      } else {
        this.pool.release(memory);
        if (page.state === 'coming') this.readFailed(page, outcome);
        else this.freeExtent(page);
      }
      this.readNext();
      this.relieve();
      this.cut();
    });
  }

  private pageCame(page: Page, memory: Segment, bodies: Buffer): void {
    const { log, segment } = page;
    this.failuresInARow = 0;
    this.end(page);
    this.countAway(page, -1);
    this.freeExtent(page);
    log.pagedIn(segment, memory, bodies);
  }

  private readFailed(page: Page, outcome: Outcome): void {
    if (!this.failedReads.has(page)) {
      this.events.onReadFailing(outcome === null ? 'its checksum is wrong' : outcome.message);
    }
    this.failedReads.add(page);
    this.failuresInARow++;
    if (this.failuresInARow >= TRIES_BEFORE_RECALL) {
      this.recall(page);
    } else {
      page.state = 'awaited';
      this.retrySoon();
    }
  }

  /** Has the store give what it keeps of a page that can't be read. */
  private recall(page: Page): void {
    const { log, segment } = page;
    page.state = 'recalled';
    if (segment.firstEntry === NOT_KEPT) {
      this.salvage(page, null);
      return;
    }
    const range = { log: log.storedAs, first: segment.firstEntry, last: segment.lastEntry };
    this.store.recall(range, (chunk) => {
      if (page.state !== 'recalled') return;
      if (chunk !== null) {
        this.salvage(page, chunk);
        return;
      }
      page.state = 'awaited';
      this.retrySoon();
    });
  }

  private salvage(page: Page, chunk: Buffer | null): void {
    const { log, segment } = page;
    const stored = this.pool.acquire(page.recordOctets, page.recordOctets, segment.basePosition);
    if (chunk !== null) fillSegment(stored, chunk);
    const { liveCount } = stored;
    this.events.onSalvaged(liveCount, segment.liveCount - liveCount);
    this.end(page);
    this.countAway(page, -1);
    this.freeExtent(page);
    log.salvaged(segment, stored);
    this.relieve();
  }

  private retrySoon(): void {
    this.clock.timers.schedule(this.retryTask, this.clock.nowMs + RETRY_MS);
  }

  private tryAgain(): void {
    for (const page of this.failedReads) if (page.state === 'awaited') this.awaited.push(page);
    this.readNext();
    if (this.isFailing && !this.isWriting) this.writeOut();
  }

  private countAway(page: Page, by: number): void {
    const count = (this.awayByLog.get(page.log) ?? 0) + by;
    if (count === 0) this.awayByLog.delete(page.log);
    else this.awayByLog.set(page.log, count);
  }

  private freeExtent(page: Page): void {
    this.extents.free(page.at, extentOf(page));
  }

  /** Cuts off the end of the file when that is worth it. */
  private cut(): void {
    const { end } = this.extents;
    if (this.isWriting || this.fileEnd - end < CUT_MIN_OCTETS || 2 * end > this.fileEnd) return;
    this.isWriting = true;
    this.fileEnd = end;
    // One that fails leaves the file as it is, to be used again or cut the next time.
    this.device.truncate(end, () => {
      this.isWriting = false;
      // What has failed before may have been due to be tried again meanwhile.
      if (this.isFailing) this.writeOut();
      this.relieve();
    });
  }
}

function checksumOf(records: Buffer, bodies: Buffer): number {
  const checksum = crc32(records);
  // The checksum of nothing is not that of what was before: zlib takes a null pointer for a reset.
  return bodies.length === 0 ? checksum : crc32(bodies, checksum);
}

/** What stands behind a page up to the next one. */
function padding(page: Page): Buffer {
  return NOTHING.subarray(0, extentOf(page) - page.recordOctets - page.bodyOctets);
}

function extentOf(page: Page): number {
  return extentOctets(page.recordOctets + page.bodyOctets);
}
