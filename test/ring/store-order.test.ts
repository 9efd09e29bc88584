import { describe, expect, it } from 'vitest';
import { HEAD_WORD, SPACE_WANTED_WORD, TAIL_WORD } from '../../src/ring/layout.ts';
import { Doorbell, MAX_SLEEP_MS, Parking } from '../../src/ring/parking.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import type { SharedWords } from '../../src/ring/shared-words.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';

/** Words that write down who touched them and how; headers of records are just `record`. */
class RecordingWords implements SharedWords {
  readonly accesses: string[] = [];
  private readonly memory = new Map<number, number>();
  private readonly names: ReadonlyMap<number, string>;

  constructor(names: ReadonlyMap<number, string>) {
    this.names = names;
  }

  load(word: number): number {
    return this.note('load', word);
  }

  store(word: number, value: number): void {
    this.note('store', word);
    this.memory.set(word, value);
  }

  compareExchange(word: number, expected: number, value: number): number {
    const old = this.note('exchange', word);
    if (old === expected) this.memory.set(word, value);
    return old;
  }

  notify(word: number): void {
    this.note('notify', word);
  }

  wait(word: number, _expected: number, timeoutMs: number): void {
    this.note(`wait ${timeoutMs} ms`, word);
  }

  get(word: number): number {
    return this.note('get', word);
  }

  set(word: number, value: number): void {
    this.note('set', word);
    this.memory.set(word, value);
  }

  /** The accesses since the last call; the same one many times in a row is one. */
  take(): string[] {
    const all = this.accesses.splice(0);
    return all.filter((access, i) => access !== all[i - 1]);
  }

  private note(access: string, word: number): number {
    this.accesses.push(`${access} ${this.names.get(word) ?? 'record'}`);
    return this.memory.get(word) ?? 0;
  }
}

const BELL = 1_000_000;

function setUp() {
  const words = new RecordingWords(
    new Map([
      [TAIL_WORD, 'tail'],
      [HEAD_WORD, 'head'],
      [SPACE_WANTED_WORD, 'space wanted'],
      [BELL, 'bell'],
    ]),
  );
  const ring = new SpscRing(256, words, Buffer.alloc(256));
  const producer = new RingProducer(ring, new Doorbell(words, BELL));
  const consumer = new RingConsumer(ring);
  words.take();
  return { words, producer, consumer, parking: new Parking(words, BELL) };
}

function put(producer: RingProducer): boolean {
  if (producer.claim(1, 1, 16, 0) < 0) return false;
  producer.commit(16, 1);
  return true;
}

describe('the order of accesses', () => {
  it('of publishing: the records, one store of the tail, one look at the bell', () => {
    const { words, producer } = setUp();
    for (let i = 0; i < 3; i++) put(producer);
    producer.publish();
    expect(words.take()).toEqual(['set record', 'store tail', 'load bell']);
  });

  it('of publishing nothing: none', () => {
    const { words, producer } = setUp();
    put(producer);
    producer.publish();
    words.take();
    expect(producer.publish()).toBe(false);
    expect(words.take()).toEqual([]);
  });

  it('of reading a batch: one load of the tail, the records, one store of the head', () => {
    const { words, producer, consumer } = setUp();
    for (let i = 0; i < 3; i++) put(producer);
    producer.publish();
    words.take();
    for (let i = 0; i < 3; i++) consumer.next();
    consumer.release();
    expect(words.take()).toEqual(['load tail', 'get record', 'store head', 'load space wanted']);
    expect(consumer.release()).toBe(false);
    expect(words.take()).toEqual([]);
  });

  it('of sleeping: announce, look again, wait, awake', () => {
    const { words, consumer, parking } = setUp();
    parking.sleepUnlessWork([consumer], 5);
    expect(words.take()).toEqual(['store bell', 'load tail', 'wait 5 ms bell', 'store bell']);
  });

  it('of sleeping beside work: announce, look again, awake', () => {
    const { words, producer, consumer, parking } = setUp();
    put(producer);
    producer.publish();
    words.take();
    parking.sleepUnlessWork([consumer], 5);
    expect(words.take()).toEqual(['store bell', 'load tail', 'store bell']);
  });

  it('of waiting for space: say so, look again', () => {
    const { words, producer } = setUp();
    while (put(producer));
    producer.publish();
    words.take();
    expect(producer.wantSpace()).toBe(true);
    expect(words.take()).toEqual(['store space wanted', 'load head']);
  });
});

describe('sleeping', () => {
  it('is bounded whatever is asked for', () => {
    const { words, parking } = setUp();
    parking.sleepUnlessWork([], Number.POSITIVE_INFINITY);
    expect(words.take()).toContain(`wait ${MAX_SLEEP_MS} ms bell`);
  });
});
