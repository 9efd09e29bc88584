import { describe, expect, it } from 'vitest';
import { ContentSource } from '../../src/dmp-reader/content-source.ts';
import { RingOutlet } from '../../src/dmp-reader/ring-outlet.ts';
import { WriterLoan } from '../../src/dmp-reader/writer-loan.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { LOAN_MAX_OCTETS, LoanNote } from '../../src/ring/loan-note.ts';
import { FEED_METER, Meter } from '../../src/ring/meter.ts';
import { createDoorbells, Doorbell, Parking } from '../../src/ring/parking.ts';
import { RECORD_CONTENTS, RECORD_FENCE, RECORD_SKIPPED } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';

const RING_OCTETS = 64 * 1024;
const SHARD = 3;
/** Feeds have the number of their slot as descriptor. */
const SLOTS = [1, 2];

/** A shard's outlet to a writer that sleeps and lends its place whenever the test says so. */
class LoanRig {
  readonly bell: Doorbell;
  readonly consumer: RingConsumer;
  readonly outlet: RingOutlet;
  readonly note = new LoanNote(LoanNote.create());
  readonly meters = new Map(SLOTS.map((slot) => [slot, Meter.create('feed')]));
  /** What each descriptor got. */
  readonly written = new Map<number, string>();
  /** Octets that sockets still take. */
  room = Infinity;
  nowMs = 0;
  private readonly doorbells = createDoorbells(1);
  private readonly page = CounterPage.create(['writer']);

  constructor() {
    this.bell = Doorbell.attach(this.doorbells, 0);
    const ring = SpscRing.attach(SpscRing.create(RING_OCTETS));
    this.consumer = new RingConsumer(ring);
    const loan = new WriterLoan({
      bell: this.bell,
      note: this.note,
      counters: this.page.block(0),
      borrower: SHARD,
      write: (fd, octets, at, length) => this.write(fd, octets.subarray(at, at + length)),
      now: () => this.nowMs,
    });
    for (const [slot, meter] of this.meters) {
      meter.set(FEED_METER.lendable, 1);
      loan.add(slot, slot, meter);
    }
    const silent = { ringFull: () => {}, readerWoken: () => {} };
    const peer = { wake: () => {}, postLarge: () => {} };
    this.outlet = new RingOutlet(new RingProducer(ring, this.bell), peer, silent, loan);
  }

  append(slot: number, text: string): void {
    const source = ContentSource.allocate(text.length);
    source.octets.write(text, 'latin1');
    expect(this.outlet.append(RECORD_CONTENTS, slot, 1, source, 0, text.length)).toBe(true);
  }

  /** Publishes while the writer sleeps. @returns whether the writer was woken */
  publish(): boolean {
    let isLent = false;
    const asleep = {
      hasPublished: () => {
        this.outlet.publish();
        isLent = this.bell.lends;
        return true;
      },
    };
    Parking.attach(this.doorbells, 0).sleepUnlessWork([asleep], 0, true);
    return !isLent;
  }

  /** What the ring has: the types of records, and texts of contents. */
  drain(): (string | number)[] {
    const found: (string | number)[] = [];
    const { consumer } = this;
    while (consumer.next()) {
      const { type, payloadAt, payloadLength, bytes } = consumer;
      if (type === RECORD_CONTENTS) {
        found.push(bytes.toString('latin1', payloadAt, payloadAt + payloadLength));
      } else {
        found.push(type);
      }
    }
    consumer.release();
    return found;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.page.snapshot(0).counters;
  }

  private write(fd: number, octets: Buffer): number {
    const taken = Math.min(octets.length, this.room);
    this.room -= taken;
    const text = octets.toString('latin1', 0, taken);
    this.written.set(fd, (this.written.get(fd) ?? '') + text);
    return taken;
  }
}

describe('a shard that has little for a writer that sleeps', () => {
  it('writes it itself, and the writer sleeps on', () => {
    const rig = new LoanRig();
    rig.append(1, 'one');
    rig.append(2, 'two');
    rig.append(1, 'three');
    expect(rig.publish()).toBe(false);
    expect(rig.drain()).toEqual([]);
    expect(Object.fromEntries(rig.written)).toEqual({ 1: 'onethree', 2: 'two' });
    expect(rig.counters).toMatchObject({ contentsOut: 3, octetsOut: 11, batchesLent: 3 });
    const { contentsOut, octetsOut, lent } = rig.meters.get(1)?.read('feed') ?? {};
    expect({ contentsOut, octetsOut, lent }).toEqual({ contentsOut: 2, octetsOut: 8, lent: 0 });
  });

  it('leaves to the writer what a socket does not take, and all that follows', () => {
    for (let room = 0; room < 'onetwothree'.length; room++) {
      const rig = new LoanRig();
      rig.room = room;
      rig.append(1, 'one');
      rig.append(2, 'two');
      rig.append(1, 'three');
      expect(rig.publish()).toBe(true);
      const { note } = rig;
      const noted = note.isEmpty ? '' : note.payload.toString('latin1', note.written);
      const rest = new Map(rig.written);
      if (!note.isEmpty) rest.set(note.slot, (rest.get(note.slot) ?? '') + noted);
      // What is left in the ring comes behind the note, for the feeds in the order of the records.
      const left = rig.drain();
      const slots = [1, 2, 1];
      left.forEach((found, i) => {
        if (found === RECORD_SKIPPED) return;
        rest.set(slots[i], `${rest.get(slots[i]) ?? ''}${found}`);
      });
      expect(Object.fromEntries(rest), `full at octet ${room}`).toEqual({
        1: 'onethree',
        2: 'two',
      });
    }
  });

  it.each([
    ['a feed that is not lent', (rig: LoanRig) => rig.meters.get(1)?.set(FEED_METER.lendable, 0)],
    ['a feed that it has been told to forget', (rig: LoanRig) => rig.outlet.loan?.delete(1)],
  ])('leaves %s to the writer', (_name, change) => {
    const rig = new LoanRig();
    change(rig);
    rig.append(1, 'one');
    expect(rig.publish()).toBe(true);
    expect(rig.drain()).toEqual(['one']);
    expect(rig.written.size).toBe(0);
  });

  it('never overtakes what is in the ring', () => {
    const rig = new LoanRig();
    rig.append(1, 'one');
    rig.outlet.publish();
    rig.append(1, 'two');
    expect(rig.publish()).toBe(true);
    expect(rig.drain()).toEqual(['one', 'two']);
  });

  it('leaves fences to the writer, with what stands in front of them', () => {
    const rig = new LoanRig();
    rig.append(1, 'one');
    rig.outlet.control(RECORD_FENCE, 1, 7);
    expect(rig.publish()).toBe(true);
    expect(rig.drain()).toEqual(['one', RECORD_FENCE]);
  });

  it('wakes the writer for many records or many octets', () => {
    for (const texts of [Array(9).fill('x'), ['x'.repeat(LOAN_MAX_OCTETS)]]) {
      const rig = new LoanRig();
      for (const text of texts) rig.append(1, text);
      expect(rig.publish()).toBe(true);
      expect(rig.drain()).toEqual(texts);
    }
  });

  it('wakes the writer if it has just written for it, so that the two work side by side', () => {
    const rig = new LoanRig();
    rig.append(1, 'one');
    expect(rig.publish()).toBe(false);
    rig.nowMs += 0.01;
    rig.append(1, 'two');
    expect(rig.publish()).toBe(true);
    rig.nowMs += 1;
    expect(rig.drain()).toEqual(['two']);
    rig.append(1, 'three');
    expect(rig.publish()).toBe(false);
    expect(rig.written.get(1)).toBe('onethree');
  });

  it('wakes the writer if somebody has rung for it meanwhile', () => {
    const rig = new LoanRig();
    const { bell } = rig;
    rig.append(1, 'one');
    const meter = rig.meters.get(1);
    // Another thread rings while this one writes.
    const get = meter?.get.bind(meter);
    if (meter !== undefined) {
      meter.get = (slot) => {
        bell.ring();
        return get?.(slot) ?? 0;
      };
    }
    expect(rig.publish()).toBe(true);
    expect(rig.written.get(1)).toBe('one');
  });
});
