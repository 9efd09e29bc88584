import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HEAD_WORD, TAIL_WORD } from '../../src/ring/layout.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { RingSource } from '../../src/ring/ring-source.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';

/**
 * Random operations on a ring against a plain array.
 *
 * The model knows the records in order and which of them are committed, published, read and
 * released; it doesn't know the layout. So it can't say when the ring must be full, only that an
 * empty ring must take any record, and that a refusal is never followed by a larger `available`.
 */

const CAPACITY = 1024;
const MAX_PAYLOAD = 208;
const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const BUDGET_MS = Number(process.env.FUZZ_MS ?? 300);

interface ModelRecord {
  readonly type: number;
  readonly serial: number;
  readonly from: number;
  readonly length: number;
}

interface Model {
  records: ModelRecord[];
  serial: number;
  published: number;
  read: number;
  released: number;
}

interface Real {
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
  /** Behind each record that was read and isn't released: the consumer's position. */
  readonly positions: number[];
}

type Command = fc.Command<Model, Real>;

const octets = Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) ^ (i >> 4)));
const source = new RingSource(octets);

class Append implements Command {
  private readonly type: number;
  private readonly from: number;
  private readonly length: number;
  private readonly unused: number;

  constructor(type: number, from: number, length: number, unused: number) {
    this.type = type;
    this.from = from;
    this.length = length;
    this.unused = unused;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, { producer }: Real): void {
    const { type, from, length } = this;
    const serial = model.serial++;
    const available = producer.available();
    if (!this.append(producer, serial)) {
      expect(length + this.unused).toBeGreaterThan(available);
      expect(model.records.length).toBeGreaterThan(model.released);
      return;
    }
    model.records.push({ type, serial, from, length });
  }

  toString(): string {
    return `append(${this.type}, ${this.from}, ${this.length} of ${this.length + this.unused})`;
  }

  private append(producer: RingProducer, serial: number): boolean {
    const { type, from, length, unused } = this;
    if (unused === 0) return producer.append(type, serial, length, source, from, from + length);
    const at = producer.claim(type, serial, length + unused, from);
    if (at < 0) return false;
    octets.copy(producer.bytes, at, from, from + length);
    producer.commit(length, length);
    return true;
  }
}

class Publish implements Command {
  check(): boolean {
    return true;
  }

  run(model: Model, { producer }: Real): void {
    producer.publish();
    model.published = model.records.length;
  }

  toString(): string {
    return 'publish';
  }
}

class Next implements Command {
  check(): boolean {
    return true;
  }

  run(model: Model, { consumer, positions }: Real): void {
    expect(consumer.next()).toBe(model.read < model.published);
    if (model.read === model.published) return;
    const record = model.records[model.read++];
    const { type, target, count, payloadAt, payloadLength } = consumer;
    expect({ type, target, count, payloadLength }).toEqual({
      type: record.type,
      target: record.serial,
      count: record.length,
      payloadLength: record.length,
    });
    const payload = consumer.bytes.subarray(payloadAt, payloadAt + payloadLength);
    const expected = octets.subarray(record.from, record.from + record.length);
    expect(Buffer.compare(payload, expected)).toBe(0);
    positions.push(consumer.position);
  }

  toString(): string {
    return 'next';
  }
}

class Release implements Command {
  private readonly share: number;

  constructor(share: number) {
    this.share = share;
  }

  check(): boolean {
    return true;
  }

  run(model: Model, { consumer, positions }: Real): void {
    const count = Math.ceil(positions.length * this.share);
    if (count === 0) return;
    const released = positions.splice(0, count);
    consumer.releaseTo(released[count - 1]);
    model.released += count;
    if (positions.length === 0) expect(consumer.heldOctets()).toBe(0);
  }

  toString(): string {
    return `release ${this.share}`;
  }
}

const commands = [
  fc
    .tuple(
      fc.integer({ min: 1, max: 255 }),
      fc.nat(3000),
      fc.nat(MAX_PAYLOAD - 8),
      fc.constantFrom(0, 0, 8),
    )
    .map((parts) => new Append(...parts)),
  fc.constant(new Publish()),
  fc.constant(new Next()),
  fc.constant(new Next()),
  fc.double({ min: 0, max: 1, noNaN: true }).map((share) => new Release(share)),
];

describe('a ring under random operations', () => {
  it(`does what an array does (FUZZ_SEED=${SEED})`, () => {
    const property = fc.property(
      fc.integer(),
      fc.commands(commands, { maxCommands: 200, size: 'max' }),
      (start, sequence) => {
        const ring = SpscRing.attach(SpscRing.create(CAPACITY));
        ring.words.store(TAIL_WORD, start & -8);
        ring.words.store(HEAD_WORD, start & -8);
        const bell = Doorbell.attach(createDoorbells(1), 0);
        const real: Real = {
          producer: new RingProducer(ring, bell),
          consumer: new RingConsumer(ring),
          positions: [],
        };
        const model = { records: [], serial: 0, published: 0, read: 0, released: 0 };
        fc.modelRun(() => ({ model, real }), sequence);
      },
    );
    fc.assert(property, {
      seed: SEED,
      numRuns: Number.MAX_SAFE_INTEGER,
      interruptAfterTimeLimit: BUDGET_MS,
    });
  });
});
