import { type CounterBlock, WRITER_COUNTERS } from '../ring/counters.ts';

/** Counts what became of the contents of one feed, for the feed and for its thread. */
export class Tally {
  contentsOut = 0;
  /** Heartbeats included. */
  octetsOut = 0;
  contentsDropped = 0;
  /** What was dropped, and the rest of a content that a feed took part of before it failed. */
  octetsDropped = 0;
  private readonly counters: CounterBlock;

  constructor(counters: CounterBlock) {
    this.counters = counters;
  }

  out(contents: number, octets: number): void {
    this.contentsOut += contents;
    this.octetsOut += octets;
    this.counters.add(WRITER_COUNTERS.contentsOut, contents);
    this.counters.add(WRITER_COUNTERS.octetsOut, octets);
  }

  dropped(contents: number, octets: number): void {
    this.contentsDropped += contents;
    this.octetsDropped += octets;
    this.counters.add(WRITER_COUNTERS.contentsDropped, contents);
    this.counters.add(WRITER_COUNTERS.octetsDropped, octets);
  }
}
