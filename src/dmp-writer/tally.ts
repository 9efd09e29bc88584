import { type CounterBlock, WRITER_COUNTERS } from '../ring/counters.ts';
import { FEED_METER, type Meter } from '../ring/meter.ts';

/** Counts what became of the contents of one feed, for the feed and for its thread. */
export class Tally {
  private readonly meter: Meter;
  private readonly counters: CounterBlock;

  constructor(meter: Meter, counters: CounterBlock) {
    this.meter = meter;
    this.counters = counters;
  }

  get contentsOut(): number {
    return this.meter.get(FEED_METER.contentsOut);
  }

  /** Heartbeats included. */
  get octetsOut(): number {
    return this.meter.get(FEED_METER.octetsOut);
  }

  get contentsDropped(): number {
    return this.meter.get(FEED_METER.contentsDropped);
  }

  /** What was dropped, and the rest of a content that a feed took part of before it failed. */
  get octetsDropped(): number {
    return this.meter.get(FEED_METER.octetsDropped);
  }

  out(contents: number, octets: number): void {
    this.meter.add(FEED_METER.contentsOut, contents);
    this.meter.add(FEED_METER.octetsOut, octets);
    this.counters.add(WRITER_COUNTERS.contentsOut, contents);
    this.counters.add(WRITER_COUNTERS.octetsOut, octets);
  }

  dropped(contents: number, octets: number): void {
    this.meter.add(FEED_METER.contentsDropped, contents);
    this.meter.add(FEED_METER.octetsDropped, octets);
    this.counters.add(WRITER_COUNTERS.contentsDropped, contents);
    this.counters.add(WRITER_COUNTERS.octetsDropped, octets);
  }

  /** So much waits for the socket now. */
  backlog(contents: number, octets: number): void {
    this.meter.set(FEED_METER.backlogContents, contents);
    this.meter.set(FEED_METER.backlogOctets, octets);
  }

  /** Whether the feed has been reported as slow and hasn't caught up since. */
  warned(isWarned: boolean): void {
    this.meter.set(FEED_METER.warned, isWarned ? 1 : 0);
  }
}
