import { type CounterBlock, SHARD_COUNTERS } from '../ring/counters.ts';
import type { OutletObserver } from './ring-outlet.ts';

/** Counts what a shard does, in its block of the page of counters. */
export class ReaderTally implements OutletObserver {
  private readonly counters: CounterBlock;

  constructor(counters: CounterBlock) {
    this.counters = counters;
  }

  /** One batch of what was read has been dealt with, heartbeats included. */
  batch(octets: number): void {
    this.counters.add(SHARD_COUNTERS.batches, 1);
    this.counters.add(SHARD_COUNTERS.octetsIn, octets);
  }

  /** Contents have been appended to all rings that they are for. */
  contents(count: number, routable: boolean): void {
    const { contentsIn, contentsRouted, contentsUnroutable } = SHARD_COUNTERS;
    this.counters.add(contentsIn, count);
    this.counters.add(routable ? contentsRouted : contentsUnroutable, count);
  }

  /** Copies of contents have been appended to a ring. */
  copies(count: number): void {
    this.counters.add(SHARD_COUNTERS.copiesOut, count);
  }

  /** Copies that have been, since the thread's block began. */
  get copiesOut(): number {
    return this.counters.get(SHARD_COUNTERS.copiesOut);
  }

  /** Contents that have been, since the thread's block began. */
  get contentsIn(): number {
    return this.counters.get(SHARD_COUNTERS.contentsIn);
  }

  protocolError(): void {
    this.counters.add(SHARD_COUNTERS.protocolErrors, 1);
  }

  ringFull(): void {
    this.counters.add(SHARD_COUNTERS.ringFullEvents, 1);
  }

  readerWoken(): void {
    this.counters.add(SHARD_COUNTERS.wakeups, 1);
  }

  /** The thread lives. */
  beat(): void {
    this.counters.beat();
  }
}
