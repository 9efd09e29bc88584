import type { FeedSettings } from '../../src/dmp-writer/feed.ts';
import type { FeedLimits } from '../../src/dmp-writer/feed-limits.ts';
import type { FeedEvents, FeedReport } from '../../src/dmp-writer/feed-report.ts';
import { FeedWriter } from '../../src/dmp-writer/feed-writer.ts';
import type { Producer } from '../../src/dmp-writer/inlet.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { writePayloadWord } from '../../src/ring/payload-words.ts';
import {
  RECORD_BARRIER,
  RECORD_CONTENTS,
  RECORD_FENCE,
  RECORD_LARGE_CONTENT,
  RECORD_MARK,
} from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import type { RingWriterPeer } from '../../src/ring/ring-peer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { FakeSink } from './fake-sink.ts';

/** Limits that no test reaches by accident. */
export const GENEROUS: FeedLimits = {
  warnMessages: 1e9,
  warnOctets: 1e9,
  dropMessages: 1e9,
  dropOctets: 1e9,
};

export const HEARTBEAT_MS = 2000;

/** The writing end of one ring of a writer. */
export class RingEnd implements RingWriterPeer {
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
  /** How often the writer has said that there is space. */
  grants = 0;
  private readonly large = new Map<number, Buffer>();

  constructor(capacityOctets: number) {
    const ring = SpscRing.attach(SpscRing.create(capacityOctets));
    this.producer = new RingProducer(ring, Doorbell.attach(createDoorbells(1), 0));
    this.consumer = new RingConsumer(ring);
  }

  /** Publishes one record with these contents; false if there is no room for it. */
  send(slot: number, contents: readonly Buffer[]): boolean {
    return this.append(RECORD_CONTENTS, slot, contents.length, Buffer.concat(contents));
  }

  sendLarge(slot: number, id: number, octets: Buffer): boolean {
    this.large.set(id, octets);
    const payload = Buffer.alloc(4);
    writePayloadWord(payload, id, 0);
    return this.append(RECORD_LARGE_CONTENT, slot, 1, payload);
  }

  sendBarrier(slot: number, barrier: number): boolean {
    return this.append(RECORD_BARRIER, slot, barrier, Buffer.alloc(0));
  }

  sendFence(slot: number, fence: number): boolean {
    return this.append(RECORD_FENCE, slot, fence, Buffer.alloc(0));
  }

  sendMark(slot: number, mark: number): boolean {
    return this.append(RECORD_MARK, slot, mark, Buffer.alloc(0));
  }

  append(type: number, slot: number, count: number, payload: Buffer): boolean {
    const at = this.producer.claim(type, slot, payload.length, 0);
    if (at < 0) return false;
    payload.copy(this.producer.bytes, at);
    this.producer.commit(payload.length, count);
    this.producer.publish();
    return true;
  }

  takeLarge(id: number): Buffer {
    const octets = this.large.get(id);
    if (octets === undefined) throw new Error(`Large content ${id} was never posted`);
    this.large.delete(id);
    return octets;
  }

  grantSpace(): void {
    this.grants++;
  }
}

/** What a writer has said. */
export class Heard implements FeedEvents {
  readonly warned: FeedReport[] = [];
  readonly dropping: FeedReport[] = [];
  readonly gone: { readonly report: FeedReport; readonly reason: string }[] = [];
  readonly overdue: number[] = [];
  readonly marks: { slot: number; mark: number }[] = [];
  readonly fences: { slot: number; fence: number }[] = [];

  onFeedWarn(report: FeedReport): void {
    this.warned.push(report);
  }

  onFeedDropping(report: FeedReport): void {
    this.dropping.push(report);
  }

  onFeedGone(report: FeedReport, reason: string): void {
    this.gone.push({ report, reason });
  }

  onFencePassed(slot: number, fence: number): void {
    this.fences.push({ slot, fence });
  }

  onMarkReached(slot: number, mark: number): void {
    this.marks.push({ slot, mark });
  }

  onBarrierOverdue(slot: number): void {
    this.overdue.push(slot);
  }
}

export interface RigOptions {
  readonly batchOctets?: number;
  readonly ringOctets?: number;
}

/** A writer with rings and sinks in the test's hands, and a clock that the test turns. */
export class Rig {
  readonly heard = new Heard();
  readonly writer: FeedWriter;
  /** Called for a slot that the writer doesn't know. */
  catchUp: () => void = () => {};
  nowMs = 1000;
  private readonly page = CounterPage.create(['writer']);
  private readonly ringOctets: number;

  constructor(options: RigOptions = {}) {
    this.ringOctets = options.ringOctets ?? 256 * 1024;
    this.writer = new FeedWriter(
      { batchOctets: options.batchOctets ?? 32 * 1024, heartbeatMs: HEARTBEAT_MS },
      this.page.block(0),
      this.heard,
      () => this.catchUp(),
    );
  }

  ring(from: Producer = 0): RingEnd {
    const end = new RingEnd(this.ringOctets);
    this.writer.attachRing(from, end.consumer, end);
    return end;
  }

  feed(slot: number, settings: Partial<FeedSettings> = {}): FakeSink {
    const sink = new FakeSink();
    const meter = Meter.create('feed').buffer;
    const usual = { limits: GENEROUS, padShort: false, meter };
    this.writer.addFeed(slot, sink, { ...usual, ...settings }, this.nowMs);
    return sink;
  }

  /** Pumps until there is nothing to do at this moment. */
  pump(): void {
    while (this.writer.pump(this.nowMs));
  }

  /** Lets time pass, in which the writer does all that becomes due. */
  pass(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    while (this.writer.dueMs <= endMs) {
      this.nowMs = Math.max(this.nowMs, this.writer.dueMs);
      this.pump();
    }
    this.nowMs = endMs;
    this.pump();
  }

  get counters(): Readonly<Record<string, number>> {
    return this.page.snapshot(0).counters;
  }
}
