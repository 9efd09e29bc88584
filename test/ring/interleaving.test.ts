import { describe, expect, it } from 'vitest';
import { HEAD_WORD, SPACE_WANTED_WORD, TAIL_WORD } from '../../src/ring/layout.ts';
import { Doorbell, Parking } from '../../src/ring/parking.ts';
import { dataWord } from '../../src/ring/record.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import type { SharedWords } from '../../src/ring/shared-words.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { type Actor, type Cell, searchInterleavings, type Thread } from './interleaving.ts';

/**
 * The real ring and the real doorbells in all orders of their accesses. The ring has room for eight
 * records; the second one wraps it.
 */
const CAPACITY = 256;
const PAYLOAD_OCTETS = 16;
const RECORD_OCTETS = 32;
const BELLS = 100;
const BELL_WORD = 0;
const CONSUMER = 0;

function ringOf(actor: Actor, region: number): SpscRing {
  return new SpscRing(CAPACITY, actor.words(region), Buffer.alloc(CAPACITY));
}

function bellOf(actor: Actor): Doorbell {
  return new Doorbell(actor.words(BELLS), BELL_WORD);
}

/** The words of an empty ring that has come to `position`. */
function emptyAt(region: number, position: number): Cell[] {
  return [
    [region, HEAD_WORD, position | 0],
    [region, TAIL_WORD, position | 0],
  ];
}

interface ProducerPlan {
  readonly ring: number;
  readonly self: number;
  readonly records: number;
  readonly recordsPerPublish: number;
}

/** What a shard does, step by step; the tests of broken protocols replace one of the steps. */
const producerSteps = {
  write(words: SharedWords, at: number, value: number): void {
    words.set(dataWord(at), value);
  },
  publish(producer: RingProducer, actor: Actor): void {
    if (producer.publish()) actor.post(CONSUMER);
  },
  awaitSpace(producer: RingProducer, actor: Actor): void {
    if (producer.wantSpace()) actor.receive();
  },
  bell: bellOf,
};

function producer(plan: ProducerPlan, steps = producerSteps): Thread {
  return (actor) => {
    const ring = ringOf(actor, plan.ring);
    const end = new RingProducer(ring, steps.bell(actor));
    for (let serial = 1; serial <= plan.records; serial++) {
      actor.checkpoint(end, [serial]);
      let at = end.claim(1, serial, PAYLOAD_OCTETS, 0);
      while (at < 0) {
        steps.publish(end, actor);
        steps.awaitSpace(end, actor);
        actor.checkpoint(end, [serial]);
        at = end.claim(1, serial, PAYLOAD_OCTETS, 0);
      }
      steps.write(ring.words, at, serial * 3);
      end.commit(PAYLOAD_OCTETS, plan.self);
      if (serial % plan.recordsPerPublish === 0) steps.publish(end, actor);
    }
    steps.publish(end, actor);
  };
}

interface ConsumerPlan {
  readonly rings: readonly number[];
  /** The thread that writes each of the rings. */
  readonly producers: readonly number[];
  readonly records: number;
}

const consumerSteps = {
  park(_actor: Actor, parking: Parking, ends: readonly RingConsumer[]): void {
    parking.sleepUnlessWork(ends, Number.POSITIVE_INFINITY);
  },
  read(end: RingConsumer, words: SharedWords): number {
    return words.get(dataWord(end.payloadAt));
  },
  release(end: RingConsumer, producerThread: number, actor: Actor): void {
    if (end.release()) actor.post(producerThread);
  },
};

/** What a writer thread does: drains all rings, checks every record, parks. */
function consumer(plan: ConsumerPlan, steps = consumerSteps): Thread {
  return (actor) => {
    const rings = plan.rings.map((region) => ringOf(actor, region));
    const ends = rings.map((ring) => new RingConsumer(ring));
    const parking = new Parking(actor.words(BELLS), BELL_WORD);
    const serials = ends.map(() => 0);
    for (let rest = plan.records; rest > 0; ) {
      actor.checkpoint(...ends, serials);
      ends.forEach((end, i) => {
        while (end.next()) {
          serials[i]++;
          rest--;
          expectRecord(end, serials[i], steps.read(end, rings[i].words));
          actor.checkpoint(...ends, serials, [i]);
        }
        steps.release(end, plan.producers[i], actor);
      });
      if (rest > 0) steps.park(actor, parking, ends);
    }
  };
}

function expectRecord(end: RingConsumer, serial: number, value: number): void {
  if (end.target === serial && value === serial * 3 && end.payloadLength === PAYLOAD_OCTETS) return;
  throw new Error(`record ${serial} is ${end.target} with ${value}, ${end.payloadLength} octets`);
}

const restInLoop = {
  ...consumerSteps,
  park(actor: Actor, parking: Parking, ends: readonly RingConsumer[]): void {
    if (!parking.restUnlessWork(ends)) return;
    actor.receive();
    parking.rise();
  },
};

const FEW = { ring: 1, self: 1, records: 4, recordsPerPublish: 1 };
const FEW_READER = { rings: [1], producers: [1], records: 4 };
/** More than the ring holds, so that the producer has to wait for space. */
const MANY = { ring: 1, self: 1, records: 10, recordsPerPublish: 4 };
const MANY_READER = { rings: [1], producers: [1], records: 10 };
/** The second record doesn't fit before the wrap, which is where the positions turn negative. */
const AT_THE_END = emptyAt(1, 0x80000000 - RECORD_OCTETS - 24);

describe('a ring, in every order of the accesses of its two threads', () => {
  it('brings every record to a consumer that sleeps when it finds none', () => {
    for (const recordsPerPublish of [1, 3]) {
      const threads = [consumer(FEW_READER), producer({ ...FEW, recordsPerPublish })];
      const search = searchInterleavings(threads, AT_THE_END);
      expect(search.failure).toBeUndefined();
      expect(search.states).toBeGreaterThan(1000);
    }
  });

  it('brings every record to a consumer that rests in its event loop', () => {
    const search = searchInterleavings(
      [consumer(FEW_READER, restInLoop), producer(FEW)],
      AT_THE_END,
    );
    expect(search.failure).toBeUndefined();
  });

  it('lets a producer that found it full go on', () => {
    const threads = [consumer(MANY_READER), producer(MANY)];
    expect(searchInterleavings(threads, AT_THE_END).failure).toBeUndefined();
  });

  it('lets a producer go on that found it full, with a consumer that rests', () => {
    const threads = [consumer(MANY_READER, restInLoop), producer(MANY)];
    expect(searchInterleavings(threads, AT_THE_END).failure).toBeUndefined();
  });

  it('wakes a consumer of two rings whichever of its producers comes first', () => {
    for (const steps of [consumerSteps, restInLoop]) {
      const threads = [
        consumer({ rings: [1, 2], producers: [1, 2], records: 2 }, steps),
        producer({ ring: 1, self: 1, records: 1, recordsPerPublish: 1 }),
        producer({ ring: 2, self: 2, records: 1, recordsPerPublish: 1 }),
      ];
      expect(searchInterleavings(threads, []).failure).toBeUndefined();
    }
  });
});

describe('the search finds', () => {
  const failureOf = (
    reader: Partial<typeof consumerSteps>,
    writer: Partial<typeof producerSteps>,
  ): string | undefined =>
    searchInterleavings(
      [
        consumer(MANY_READER, { ...consumerSteps, ...reader }),
        producer(MANY, { ...producerSteps, ...writer }),
      ],
      AT_THE_END,
    ).failure;

  it('a consumer that looks for records before it says that it sleeps', () => {
    const failure = failureOf(
      {
        park(actor, parking, ends) {
          if (!ends[0].hasPublished()) parking.sleepUnlessWork([], Number.POSITIVE_INFINITY);
          else actor.words(BELLS).load(BELL_WORD);
        },
      },
      {},
    );
    expect(failure).toMatch(/nobody can move/);
  });

  it('a producer that rings before it publishes', () => {
    const failure = failureOf(
      {},
      {
        bell: (actor) => new Doorbell(actor.words(BELLS), BELL_WORD + 1),
        publish(end, actor) {
          bellOf(actor).ring();
          end.publish();
        },
      },
    );
    expect(failure).toMatch(/nobody can move/);
  });

  it('a producer that waits for space without a second look', () => {
    const failure = failureOf(
      {},
      {
        awaitSpace(_end, actor) {
          actor.words(1).store(SPACE_WANTED_WORD, 1);
          actor.receive();
        },
      },
    );
    expect(failure).toMatch(/nobody can move/);
  });

  it('a consumer that releases a record before it reads it', () => {
    const failure = failureOf(
      {
        read(end, words) {
          end.release();
          return words.get(dataWord(end.payloadAt));
        },
      },
      { awaitSpace: (end) => end.wantSpace() },
    );
    expect(failure).toMatch(/record \d+ is/);
  });

  it('a producer that writes a payload after it has published it', () => {
    let late: (() => void) | undefined;
    const failure = failureOf(
      {},
      {
        write(words, at, value) {
          late = () => words.set(dataWord(at), value);
        },
        publish(end, actor) {
          producerSteps.publish(end, actor);
          late?.();
        },
      },
    );
    expect(failure).toMatch(/record \d+ is/);
  });
});
