import { ContentSource } from '../../dmp-reader/content-source.ts';
import type { RingOutlet } from '../../dmp-reader/ring-outlet.ts';
import { RECORD_BARRIER, RECORD_CONTENTS, RECORD_MARK } from '../../ring/record-types.ts';
import { CONTENT_BODY_MAX_OCTETS, contentSize, encodeContent } from '../../wire/dmp-content.ts';
import type { MessageView } from '../../wire/message-view.ts';
import type { MainTally } from './main-tally.ts';

/** Octets of contents for one feed that are put together before they become a record. */
const RUN_OCTETS_MAX = 64 * 1024;

const NO_SLOT = -1;

/** Contents that the ring had no room for. */
interface WaitingRun {
  readonly slot: number;
  readonly count: number;
  readonly source: ContentSource;
  readonly octets: number;
}

/**
 * Main's way into the ring of one writer: turns messages into contents, and puts consecutive ones
 * for the same feed into one record.
 */
export class FeedOutlet {
  /** Messages too large for a content (DMP section 3). */
  tooLarge = 0;
  private readonly outlet: RingOutlet;
  private readonly tally: MainTally;
  private readonly onUnblocked: () => void;
  private readonly run = ContentSource.allocate(RUN_OCTETS_MAX);
  private runSlot = NO_SLOT;
  private runCount = 0;
  private runOctets = 0;
  private waiting: WaitingRun[] = [];

  /** @param onUnblocked called when `blocked` ends */
  constructor(outlet: RingOutlet, tally: MainTally, onUnblocked: () => void) {
    this.outlet = outlet;
    this.tally = tally;
    this.onUnblocked = onUnblocked;
  }

  /** The ring is full: nothing may be put until it has room again. */
  get blocked(): boolean {
    return this.waiting.length > 0;
  }

  /**
   * Puts a message for a feed; at most one may be put while the ring has no room for it.
   * @returns octets of its content, 0 if it is too large for one
   */
  put(slot: number, view: MessageView): number {
    if (view.bodySize > CONTENT_BODY_MAX_OCTETS) {
      this.tooLarge++;
      return 0;
    }
    const octets = contentSize(view);
    if (slot !== this.runSlot || this.runOctets + octets > RUN_OCTETS_MAX) this.endRun();
    if (octets > RUN_OCTETS_MAX) {
      const source = ContentSource.allocateShared(octets);
      encodeContent(view, 0, source.octets, 0);
      this.append({ slot, count: 1, source, octets });
      return octets;
    }
    encodeContent(view, 0, this.run.octets, this.runOctets);
    this.runSlot = slot;
    this.runCount++;
    this.runOctets += octets;
    return octets;
  }

  /**
   * Says that all older messages for a feed are in the ring (see RECORD_BARRIER).
   * @returns false if they are not, because the ring is full
   */
  barrier(slot: number, number: number): boolean {
    return this.control(RECORD_BARRIER, slot, number);
  }

  /**
   * Asks when all that was put for a feed has left for its socket (see RECORD_MARK).
   * @returns false if the ring is full
   */
  mark(slot: number, number: number): boolean {
    return this.control(RECORD_MARK, slot, number);
  }

  /** Makes visible what was put. */
  publish(): void {
    this.endRun();
    this.outlet.publish();
  }

  private control(type: number, slot: number, number: number): boolean {
    this.endRun();
    // It must not overtake what waits for the ring.
    if (this.blocked) return false;
    this.outlet.control(type, slot, number);
    return true;
  }

  private endRun(): void {
    if (this.runCount === 0) return;
    const { runSlot: slot, runCount: count, runOctets: octets } = this;
    this.runSlot = NO_SLOT;
    this.runCount = 0;
    this.runOctets = 0;
    if (this.blocked || !this.tryAppend(slot, count, this.run, octets)) {
      const source = ContentSource.allocate(octets);
      this.run.octets.copy(source.octets, 0, 0, octets);
      this.wait({ slot, count, source, octets });
    }
  }

  private append(run: WaitingRun): void {
    if (this.blocked || !this.tryAppend(run.slot, run.count, run.source, run.octets))
      this.wait(run);
  }

  private tryAppend(slot: number, count: number, source: ContentSource, octets: number): boolean {
    if (!this.outlet.append(RECORD_CONTENTS, slot, count, source, 0, octets)) return false;
    this.tally.sent(count, octets);
    return true;
  }

  private wait(run: WaitingRun): void {
    this.waiting.push(run);
    if (this.waiting.length === 1) this.outlet.waitForSpace({ spaceGranted: () => this.goOn() });
  }

  private goOn(): void {
    while (this.waiting.length > 0) {
      const { slot, count, source, octets } = this.waiting[0];
      if (!this.tryAppend(slot, count, source, octets)) {
        this.outlet.waitForSpace({ spaceGranted: () => this.goOn() });
        return;
      }
      this.waiting.shift();
    }
    this.onUnblocked();
  }
}
