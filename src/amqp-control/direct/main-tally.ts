import type { OutletObserver } from '../../dmp-reader/ring-outlet.ts';
import { type CounterBlock, MAIN_COUNTERS } from '../../ring/counters.ts';

/** Counts, in main's block of the page of counters, what happens to main's rings. */
export class MainTally implements OutletObserver {
  private readonly counters: CounterBlock;

  constructor(counters: CounterBlock) {
    this.counters = counters;
  }

  /** Contents came from a shard, for ordinary queues or to be returned. */
  received(contents: number, octets: number): void {
    this.counters.add(MAIN_COUNTERS.contentsIn, contents);
    this.counters.add(MAIN_COUNTERS.octetsIn, octets);
  }

  /** Contents were put together for a feed. */
  sent(contents: number, octets: number): void {
    this.counters.add(MAIN_COUNTERS.contentsOut, contents);
    this.counters.add(MAIN_COUNTERS.octetsOut, octets);
  }

  ringFull(): void {
    this.counters.add(MAIN_COUNTERS.ringFullEvents, 1);
  }

  readerWoken(): void {
    this.counters.add(MAIN_COUNTERS.wakeups, 1);
  }
}
