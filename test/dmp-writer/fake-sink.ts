import type { FeedSink } from '../../src/dmp-writer/feed-sink.ts';

/** A socket whose buffer has as much room as the test says. */
export class FakeSink implements FeedSink {
  /** Octets that it still takes before it is full. */
  room = Infinity;
  /** What the next call throws; null as long as the socket is sound. */
  failure: Error | null = null;
  /** The length of what was offered in each call, and how much of it was taken. */
  readonly offered: number[] = [];
  readonly taken: number[] = [];
  private readonly chunks: Buffer[] = [];

  write(octets: Buffer, at: number, length: number): number {
    if (this.failure !== null) throw this.failure;
    const taken = Math.min(length, this.room);
    this.room -= taken;
    this.offered.push(length);
    this.taken.push(taken);
    this.chunks.push(Buffer.from(octets.subarray(at, at + taken)));
    return taken;
  }

  /** All octets that it took. */
  get stream(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Fails from now on as a socket does whose client has gone. */
  breakPipe(): void {
    this.failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  }
}
