import type { WorkSource } from '../ring/parking.ts';
import type { RingConsumer } from '../ring/ring-consumer.ts';
import type { RingWriterPeer } from '../ring/ring-peer.ts';

/** Who writes a ring: main, or the shard of this number. */
export type Producer = 'main' | number;

/** One ring that a writer reads. */
export class Inlet implements WorkSource {
  readonly from: Producer;
  readonly consumer: RingConsumer;
  readonly peer: RingWriterPeer;
  /** Stands at a barrier and isn't read on until main's half comes. */
  isStalled = false;
  /** The barrier it stands at, and how long it does at most. */
  slot = 0;
  barrier = 0;
  stalledUntilMs = 0;

  constructor(from: Producer, consumer: RingConsumer, peer: RingWriterPeer) {
    this.from = from;
    this.consumer = consumer;
    this.peer = peer;
  }

  /** Whether there is something to be read now: a writer must not stay awake for a stalled ring. */
  hasPublished(): boolean {
    return !this.isStalled && this.consumer.hasPublished();
  }

  stall(slot: number, barrier: number, untilMs: number): void {
    this.isStalled = true;
    this.slot = slot;
    this.barrier = barrier;
    this.stalledUntilMs = untilMs;
  }

  /** Gives the space of what was read back to the producer. */
  release(): void {
    if (this.consumer.release()) this.peer.grantSpace();
  }
}
