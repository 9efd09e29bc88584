import { describe, expect, it } from 'vitest';
import { HEAD_WORD, TAIL_WORD } from '../../src/ring/layout.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { dataWord } from '../../src/ring/record.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { RingSource } from '../../src/ring/ring-source.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';

interface Ends {
  readonly ring: SpscRing;
  readonly producer: RingProducer;
  readonly consumer: RingConsumer;
}

/** A ring of 256 octets whose positions have come to `position`. */
function ringAt(position = 0, capacity = 256): Ends {
  const ring = SpscRing.attach(SpscRing.create(capacity));
  ring.words.store(TAIL_WORD, position | 0);
  ring.words.store(HEAD_WORD, position | 0);
  const bell = Doorbell.attach(createDoorbells(1), 0);
  return { ring, producer: new RingProducer(ring, bell), consumer: new RingConsumer(ring) };
}

/** Appends `text` as a record with its length as count; whether there was room. */
function put(producer: RingProducer, text: string, type = 1, target = 2): boolean {
  const octets = Buffer.from(text);
  const at = producer.claim(type, target, octets.length, 0);
  if (at < 0) return false;
  octets.copy(producer.bytes, at);
  producer.commit(octets.length, octets.length);
  return true;
}

function textOf(consumer: RingConsumer): string {
  const { payloadAt, payloadLength } = consumer;
  return Buffer.from(consumer.bytes.subarray(payloadAt, payloadAt + payloadLength)).toString();
}

/** The texts of all records that are there. */
function drain(consumer: RingConsumer): string[] {
  const texts: string[] = [];
  while (consumer.next()) texts.push(textOf(consumer));
  consumer.release();
  return texts;
}

describe('a ring', () => {
  it('gives records back as they were put in, in order', () => {
    const { producer, consumer } = ringAt();
    put(producer, 'one', 1, 7);
    put(producer, '', 255, -1);
    put(producer, 'three');
    producer.publish();
    expect(consumer.next()).toBe(true);
    expect([consumer.type, consumer.target, consumer.count, textOf(consumer)]).toEqual([
      1,
      7,
      3,
      'one',
    ]);
    expect(consumer.next()).toBe(true);
    expect([consumer.type, consumer.target, consumer.count, textOf(consumer)]).toEqual([
      255,
      -1,
      0,
      '',
    ]);
    expect(drain(consumer)).toEqual(['three']);
  });

  it('shows nothing before it is published, and then all of it', () => {
    const { producer, consumer } = ringAt();
    put(producer, 'one');
    put(producer, 'two');
    expect(consumer.hasPublished()).toBe(false);
    expect(consumer.next()).toBe(false);
    producer.publish();
    expect(consumer.hasPublished()).toBe(true);
    expect(drain(consumer)).toEqual(['one', 'two']);
    expect(consumer.hasPublished()).toBe(false);
  });

  it('keeps only as much of a claim as is committed', () => {
    const { producer, consumer } = ringAt();
    const at = producer.claim(1, 1, 16, 0);
    producer.bytes.write('short', at);
    producer.commit(5, 1);
    put(producer, 'next');
    producer.publish();
    expect(drain(consumer)).toEqual(['short', 'next']);
  });

  it('forgets a claim that is not committed', () => {
    const { producer, consumer } = ringAt(248);
    producer.claim(1, 1, 16, 0);
    put(producer, 'kept');
    producer.publish();
    expect(drain(consumer)).toEqual(['kept']);
  });

  it('puts a padding record before the wrap when the next record does not fit', () => {
    for (let left = 8; left < 32; left += 8) {
      const { producer, consumer } = ringAt(256 - left);
      expect(put(producer, '0123456789abcdef')).toBe(true);
      producer.publish();
      expect(consumer.next()).toBe(true);
      expect(consumer.payloadAt).toBe(16);
      expect(textOf(consumer)).toBe('0123456789abcdef');
    }
  });

  it('needs no padding when a record ends at the wrap', () => {
    const { producer, consumer } = ringAt(224);
    put(producer, '0123456789abcdef');
    producer.publish();
    consumer.next();
    expect(consumer.payloadAt).toBe(240);
    expect(consumer.position & 255).toBe(0);
  });

  it('shows nothing when only the padding is published', () => {
    const { producer, consumer } = ringAt(248);
    producer.claim(1, 1, 16, 0);
    producer.publish();
    expect(consumer.next()).toBe(false);
    put(producer, 'behind');
    producer.publish();
    expect(drain(consumer)).toEqual(['behind']);
  });

  it('goes on when the positions exceed 31 and 32 bits', () => {
    for (const start of [0x7fffffe0, 0xffffffe0]) {
      const { producer, consumer } = ringAt(start);
      for (let i = 0; i < 50; i++) {
        expect(put(producer, `record ${i}`)).toBe(true);
        expect(put(producer, `and ${i}`)).toBe(true);
        producer.publish();
        expect(drain(consumer)).toEqual([`record ${i}`, `and ${i}`]);
      }
    }
  });

  it('is full when the next record would reach what is not released', () => {
    const { producer, consumer } = ringAt();
    for (let i = 0; i < 8; i++) expect(put(producer, `sixteen octets ${i}`)).toBe(true);
    expect(put(producer, '')).toBe(false);
    producer.publish();
    consumer.next();
    expect(put(producer, '')).toBe(false);
    consumer.release();
    expect(put(producer, 'sixteen octets 8')).toBe(true);
    expect(put(producer, '')).toBe(false);
    producer.publish();
    expect(drain(consumer)).toHaveLength(8);
  });

  it('counts the padding when it says that it is full', () => {
    const { producer, consumer } = ringAt(232);
    put(producer, '');
    producer.publish();
    for (let i = 0; i < 7; i++) put(producer, '0123456789abcdef');
    // 256 - 16 - 8 of padding - 7 * 32 octets are left: 8.
    expect(put(producer, '')).toBe(false);
    producer.publish();
    expect(drain(consumer)).toHaveLength(8);
  });

  it('says how much the next claim can take', () => {
    for (let position = 0; position < 256; position += 8) {
      for (let records = 0; records <= 8; records++) {
        const { producer } = ringAt(position);
        for (let i = 0; i < records; i++) put(producer, `sixteen octets ${i}`);
        const octets = producer.available();
        expect(octets).toBeLessThanOrEqual(producer.maxPayloadOctets);
        if (octets < 0) continue;
        for (let source = 0; source < 8; source++) {
          expect(producer.claim(1, 1, octets, source)).toBeGreaterThanOrEqual(0);
        }
      }
    }
  });

  it('holds records back that the consumer has not released', () => {
    const { producer, consumer } = ringAt();
    for (let i = 0; i < 8; i++) put(producer, `sixteen octets ${i}`);
    producer.publish();
    consumer.next();
    const afterFirst = consumer.position;
    while (consumer.next());
    expect(consumer.heldOctets()).toBe(256);
    consumer.releaseTo(afterFirst);
    expect(consumer.heldOctets()).toBe(224);
    expect(put(producer, 'sixteen octets 8')).toBe(true);
    expect(put(producer, '')).toBe(false);
  });

  it('refuses to release what was not read, or twice', () => {
    const { producer, consumer } = ringAt();
    put(producer, 'one');
    put(producer, 'two');
    producer.publish();
    consumer.next();
    const first = consumer.position;
    expect(() => consumer.releaseTo(first + 8)).toThrow(RangeError);
    consumer.next();
    consumer.release();
    expect(() => consumer.releaseTo(first)).toThrow(RangeError);
  });

  it('goes on where its ends were when they are attached anew', () => {
    const { ring, producer, consumer } = ringAt();
    put(producer, 'read');
    put(producer, 'not released');
    producer.publish();
    put(producer, 'lost');
    consumer.next();
    consumer.release();
    consumer.next();
    const bell = Doorbell.attach(createDoorbells(1), 0);
    const second = new RingProducer(ring, bell);
    put(second, 'new');
    second.publish();
    expect(drain(new RingConsumer(ring))).toEqual(['not released', 'new']);
  });
});

describe('what a ring refuses', () => {
  it('capacities that are no power of two between 256 octets and a gigaoctet', () => {
    for (const capacity of [0, 128, 255, 257, 1000, 2 ** 31, -256, Number.NaN, 512.5]) {
      expect(() => SpscRing.create(capacity)).toThrow(RangeError);
    }
  });

  it('memory that holds no ring, or one cut off', () => {
    expect(() => SpscRing.attach(new SharedArrayBuffer(16))).toThrow(TypeError);
    expect(() => SpscRing.attach(new SharedArrayBuffer(8192))).toThrow(TypeError);
    const whole = SpscRing.create(256);
    const short = new SharedArrayBuffer(whole.byteLength - 8);
    new Uint8Array(short).set(new Uint8Array(whole, 0, short.byteLength));
    expect(() => SpscRing.attach(short)).toThrow(TypeError);
  });

  it('records that are too long or of no type', () => {
    const { producer } = ringAt();
    expect(producer.maxPayloadOctets).toBe(16);
    expect(() => producer.claim(1, 1, 17, 0)).toThrow(RangeError);
    expect(() => producer.claim(1, 1, -1, 0)).toThrow(RangeError);
    expect(() => producer.claim(0, 1, 1, 0)).toThrow(RangeError);
    expect(() => producer.claim(256, 1, 1, 0)).toThrow(RangeError);
  });

  it('committing more than was claimed, or nothing that was', () => {
    const { producer } = ringAt();
    expect(() => producer.commit(0, 0)).toThrow(RangeError);
    producer.claim(1, 1, 8, 0);
    expect(() => producer.commit(9, 0)).toThrow(RangeError);
    producer.commit(8, 0);
    expect(() => producer.commit(0, 0)).toThrow(RangeError);
  });

  it('records that were overwritten', () => {
    for (const length of [-1, 17, 0x7fffffff]) {
      const { ring, producer, consumer } = ringAt();
      put(producer, 'victim');
      producer.publish();
      ring.words.set(dataWord(0), length);
      expect(() => consumer.next()).toThrow(/overwritten/);
    }
  });

  it('padding that does not reach the wrap', () => {
    const { ring, producer, consumer } = ringAt(248);
    put(producer, 'behind padding');
    producer.publish();
    ring.words.set(dataWord(248), 16);
    expect(() => consumer.next()).toThrow(/overwritten/);
  });
});

describe('a producer without room', () => {
  function fill(producer: RingProducer): void {
    while (put(producer, 'sixteen octets..'));
    producer.publish();
  }

  it('is told once when half of the ring is free', () => {
    const { producer, consumer } = ringAt();
    fill(producer);
    expect(producer.wantSpace()).toBe(true);
    const told: number[] = [];
    for (let records = 1; consumer.next(); records++) {
      if (consumer.release()) told.push(records);
    }
    expect(told).toEqual([4]);
  });

  it('is not told when it does not wait', () => {
    const { producer, consumer } = ringAt();
    fill(producer);
    while (consumer.next()) expect(consumer.release()).toBe(false);
  });

  it('goes on at once when half of the ring is free already', () => {
    const { producer, consumer } = ringAt();
    fill(producer);
    for (let i = 0; i < 4; i++) consumer.next();
    consumer.release();
    expect(producer.wantSpace()).toBe(false);
    while (consumer.next()) expect(consumer.release()).toBe(false);
  });

  it('must publish what it has before it waits', () => {
    const { producer } = ringAt();
    put(producer, 'unseen');
    expect(() => producer.wantSpace()).toThrow(/[Pp]ublish/);
  });
});

describe('copying into a ring', () => {
  const octets = Buffer.from(new ArrayBuffer(4096));
  for (let i = 0; i < octets.length; i++) octets[i] = (i * 31) ^ (i >> 5);

  it('copies every length from every offset to every position', () => {
    const source = new RingSource(octets.subarray(8));
    for (const length of [0, 1, 3, 4, 7, 51, 127, 128, 129, 300]) {
      for (let from = 0; from < 17; from++) {
        for (let position = 0; position < 32; position += 8) {
          const { producer, consumer } = ringAt(position, 2048);
          expect(producer.append(3, 4, 5, source, from, from + length)).toBe(true);
          producer.publish();
          expect(consumer.next()).toBe(true);
          const { payloadAt } = consumer;
          const copied = Buffer.from(consumer.bytes.subarray(payloadAt, payloadAt + length));
          expect(copied.equals(source.octets.subarray(from, from + length))).toBe(true);
        }
      }
    }
  });

  it('leaves the neighbours of a record alone', () => {
    const source = new RingSource(octets);
    for (let from = 0; from < 9; from++) {
      const { producer, consumer } = ringAt(0, 1024);
      for (let i = 0; i < 5; i++)
        expect(producer.append(1, i, 0, source, from + i, 60 + i)).toBe(true);
      producer.publish();
      for (let i = 0; i < 5; i++) {
        expect(consumer.next()).toBe(true);
        expect([consumer.target, consumer.payloadLength]).toEqual([i, 60 - from]);
        const copied = Buffer.from(consumer.bytes.subarray(consumer.payloadAt));
        expect(copied.indexOf(octets.subarray(from + i, 60 + i))).toBe(0);
      }
    }
  });

  it('says when there is no room, and needs a source of whole words', () => {
    const { producer } = ringAt();
    const source = new RingSource(octets);
    let records = 0;
    while (producer.append(1, 1, 1, source, 0, 16)) records++;
    expect(records).toBe(8);
    expect(() => new RingSource(octets.subarray(1))).toThrow(RangeError);
    expect(() => new RingSource(octets.subarray(0, 5))).toThrow(RangeError);
  });
});
