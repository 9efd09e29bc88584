import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../routing/fuzz.ts';
import { CONTENT_OCTETS, content, readStream } from './contents.ts';
import type { FakeSink } from './fake-sink.ts';
import { Rig, type RingEnd } from './rig.ts';

const RINGS = 2;
const FEEDS = 3;
/** Octets of the records' contents: tiny ones, and ones that don't fit into a piece of memory. */
const SIZES = [CONTENT_OCTETS, 31, 200, 1500, 9000, 70_000];
/** What distinguishes the serial numbers of one ring from those of another. */
const SERIALS_PER_RING = 1_000_000;

type Step =
  | { readonly do: 'send'; ring: number; slot: number; sizes: readonly number[]; large: boolean }
  | { readonly do: 'room'; slot: number; octets: number }
  | { readonly do: 'pump' }
  | { readonly do: 'pass'; ms: number };

const slot = fc.nat(FEEDS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: sendStep() },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('room' as const),
      slot,
      octets: fc.oneof(fc.nat(100), fc.nat(200_000)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pump' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(20) }) },
);

function sendStep(): fc.Arbitrary<Step> {
  return fc.record({
    do: fc.constant('send' as const),
    ring: fc.nat(RINGS - 1),
    slot,
    sizes: fc.array(fc.constantFrom(...SIZES), { minLength: 1, maxLength: 12 }),
    large: fc.boolean(),
  });
}

/** A writer driven by random steps, and what was sent to each of its feeds. */
class Run {
  readonly rig: Rig;
  private readonly rings: readonly RingEnd[];
  private readonly sinks: readonly FakeSink[];
  private readonly sent: number[][] = Array.from({ length: FEEDS }, () => []);
  private readonly nextSerial = Array.from({ length: RINGS }, (_, ring) => ring * SERIALS_PER_RING);
  private largeId = 0;
  private octetsSent = 0;

  constructor(batchOctets: number, dropMessages: number, dropOctets: number) {
    this.rig = new Rig({ batchOctets, ringOctets: 512 * 1024 });
    this.rings = Array.from({ length: RINGS }, (_, ring) => this.rig.ring(ring));
    const limits = { warnMessages: 5, warnOctets: 5000, dropMessages, dropOctets };
    this.sinks = Array.from({ length: FEEDS }, (_, slot) => this.rig.feed(slot, { limits }));
  }

  take(step: Step): void {
    if (step.do === 'send') this.send(step.ring, step.slot, step.sizes, step.large);
    else if (step.do === 'room') this.sinks[step.slot].room = step.octets;
    else if (step.do === 'pass') this.rig.pass(step.ms);
    else this.rig.writer.pump(this.rig.nowMs);
  }

  /** Lets everything out and compares what came with what was sent. */
  finish(): void {
    for (const sink of this.sinks) sink.room = Infinity;
    this.rig.pass(50);
    const readings = this.sinks.map((sink) => readStream(sink.stream));
    const received = readings.map(({ serials }) => serials);
    received.forEach((serials, slot) => {
      expect(new Set(serials).size).toBe(serials.length);
      for (const serial of serials) expect(this.sent[slot]).toContain(serial);
      this.expectOrderPerRing(serials);
    });
    expect(readings.every(({ restOctets }) => restOctets === 0)).toBe(true);
    const sent = this.sent.flat().length;
    const { contentsOut, contentsDropped, octetsOut, octetsDropped } = this.rig.counters;
    expect(contentsOut).toBe(received.flat().length);
    expect(contentsOut + contentsDropped).toBe(sent);
    expect(octetsOut + octetsDropped).toBe(this.octetsSent);
    const reports = this.rig.writer.finish();
    expect(reports.map((report) => report.contentsOut)).toEqual(received.map((r) => r.length));
    expect(reports.map((report) => report.contentsDropped)).toEqual(
      received.map((serials, slot) => this.sent[slot].length - serials.length),
    );
  }

  private send(ring: number, slot: number, sizes: readonly number[], large: boolean): void {
    const first = this.nextSerial[ring];
    const contents = large
      ? [content(first, 20_000)]
      : sizes.map((octets, i) => content(first + i, octets));
    const total = contents.reduce((sum, { length }) => sum + length, 0);
    if (!large && total > this.rings[ring].producer.maxPayloadOctets) return;
    const hasRoom = large
      ? this.rings[ring].sendLarge(slot, this.largeId++, contents[0])
      : this.rings[ring].send(slot, contents);
    if (!hasRoom) return;
    this.octetsSent += total;
    this.nextSerial[ring] += contents.length;
    contents.forEach((_, i) => {
      this.sent[slot].push(first + i);
    });
  }

  private expectOrderPerRing(serials: readonly number[]): void {
    for (let ring = 0; ring < RINGS; ring++) {
      const own = serials.filter((serial) => Math.floor(serial / SERIALS_PER_RING) === ring);
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
  }
}

describe('a writer with any contents, sockets and limits', () => {
  it('delivers whole contents in order, each once, and counts those it drops', () => {
    fuzz(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom(0, 2048, 32 * 1024),
        fc.constantFrom(1, 7, 1_000_000),
        fc.constantFrom(100, 50_000, 100_000_000),
        (steps, batchOctets, dropMessages, dropOctets) => {
          const run = new Run(batchOctets, dropMessages, dropOctets);
          for (const one of steps) run.take(one);
          run.finish();
        },
      ),
    );
  });

  it('drops nothing if the limits are never reached', () => {
    fuzz(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const run = new Run(32 * 1024, 1_000_000, 100_000_000);
        for (const one of steps) run.take(one);
        run.finish();
        expect(run.rig.counters.contentsDropped).toBe(0);
      }),
    );
  });
});
