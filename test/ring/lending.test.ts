import { describe, expect, it } from 'vitest';
import { PendingRecords } from '../../src/dmp-reader/pending-records.ts';
import { WriterLoan } from '../../src/dmp-reader/writer-loan.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { TAIL_WORD, WORD_OCTETS } from '../../src/ring/layout.ts';
import { LoanNote } from '../../src/ring/loan-note.ts';
import { FEED_METER, Meter } from '../../src/ring/meter.ts';
import { Doorbell, Parking, type WorkSource } from '../../src/ring/parking.ts';
import { dataWord, recordOctets } from '../../src/ring/record.ts';
import { RECORD_CONTENTS } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import type { SharedWords } from '../../src/ring/shared-words.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { type Actor, searchInterleavings, type Thread } from './interleaving.ts';

/**
 * A writer that lends its place, and the shards that borrow it, in all orders of their accesses.
 * Whatever is written is written to a socket, which isn't shared memory but must be used as if it
 * were: by one thread at a time, and in order for each shard.
 */
const CAPACITY = 256;
const PAYLOAD_OCTETS = 4;
const RECORD_WORDS = recordOctets(PAYLOAD_OCTETS) / WORD_OCTETS;
const BELLS = 100;
const SOCKET = 200;
const WORD = 0;
const FD = 7;
/** For the search with three threads: some 5 s on an idle machine. */
const LARGE_SEARCH_MS = 120_000;
/** As in parking.ts. */
const LENDING = 3;
/** In SOCKET: who writes; behind it, for each shard, the serial written last. */
const USER_WORD = 0;
const WRITER = 1000;
/** Instead of who writes: the descriptor is closed, and its number may mean something else. */
const CLOSED = -1;
/** What main has to say to the writer. */
const MAIL = 300;

/** Writes content `serial` of a shard to the socket. */
function use(actor: Actor, user: number, shard: number, serial: number): void {
  const socket = actor.words(SOCKET);
  const other = socket.compareExchange(USER_WORD, 0, user);
  if (other === CLOSED) throw new Error('written to a closed descriptor');
  if (other !== 0) throw new Error(`${user} writes while ${other} does`);
  const before = socket.compareExchange(shard, serial - 1, serial);
  if (before !== serial - 1) throw new Error(`shard ${shard}: ${serial} behind ${before}`);
  socket.set(USER_WORD, 0);
}

/**
 * A ring whose record headers are constants except for the count, which makes the search feasible:
 * interleaving.test.ts has seen to it that they arrive. No record comes to the wrap.
 */
function ringOf(actor: Actor, region: number): SpscRing {
  const words = actor.words(region);
  const header = [PAYLOAD_OCTETS, RECORD_CONTENTS, FD];
  const inHeader = (word: number) => (word - dataWord(0)) % RECORD_WORDS;
  const withConstants: SharedWords = {
    ...words,
    get: (word) => header[inHeader(word)] ?? words.get(word),
    set: (word, value) => {
      if (header[inHeader(word)] === undefined) words.set(word, value);
    },
  };
  return new SpscRing(CAPACITY, withConstants, Buffer.alloc(CAPACITY));
}

/** The meter of the feed, as far as threads tell each other anything by it. */
class FeedMeter extends Meter {
  private readonly socket: SharedWords;

  constructor(socket: SharedWords) {
    super(Meter.create('feed').buffer);
    this.socket = socket;
  }

  override get(slot: number): number {
    if (slot !== FEED_METER.lendable) return super.get(slot);
    return this.socket.get(USER_WORD) === CLOSED ? 0 : 1;
  }
}

interface ShardPlan {
  /** Its number, and that of its ring. */
  readonly shard: number;
  readonly contents: number;
  /** What the socket takes from the shard itself: all, or nothing because it seems to be full. */
  readonly takes: boolean;
}

/** Parts of what a shard does; the tests of broken protocols replace one. */
const shardSteps = {
  isDrained: RingProducer.prototype.isDrained,
  meter: (actor: Actor): Meter => new FeedMeter(actor.words(SOCKET)),
};

/** What a shard does: one content after the other, by the short way if it may. */
function shard(plan: ShardPlan, steps = shardSteps): Thread {
  return (actor) => {
    const bell = new Doorbell(actor.words(BELLS), WORD);
    const producer = new RingProducer(ringOf(actor, plan.shard), bell);
    producer.isDrained = steps.isDrained;
    const pending = new PendingRecords();
    let now = 0;
    let serial = 0;
    const loan = new WriterLoan({
      bell,
      borrower: plan.shard,
      note: new LoanNote(LoanNote.create()),
      counters: CounterPage.create(['writer']).block(0),
      write: (_fd, _octets, _at, length) => {
        if (!plan.takes) return 0;
        use(actor, plan.shard, plan.shard, serial);
        return length;
      },
      now: () => now++,
    });
    loan.add(FD, FD, steps.meter(actor));
    for (serial = 1; serial <= plan.contents; serial++) {
      actor.checkpoint(producer, [serial, now]);
      if (producer.claim(RECORD_CONTENTS, FD, PAYLOAD_OCTETS, 0) < 0) throw new Error('full');
      producer.commit(PAYLOAD_OCTETS, serial);
      pending.add(producer, RECORD_CONTENTS, FD, 1, PAYLOAD_OCTETS);
      const isDone = loan.deliver(producer, pending);
      pending.clear();
      if (!isDone) producer.publish();
    }
  };
}

interface WriterPlan {
  readonly shards: readonly number[];
  /** Of each shard. */
  readonly contents: number;
  /** Instead of waiting for all contents: lets the descriptor go when it is told to by mail. */
  readonly closes?: boolean;
}

const writerSteps = {
  sleep(parking: Parking, sources: readonly WorkSource[], _actor: Actor): void {
    parking.sleepUnlessWork(sources, Number.POSITIVE_INFINITY, true);
  },
};

/** What a writer does: drains its rings, reads its mail, sleeps and lends its place. */
function writer({ shards, contents, closes = false }: WriterPlan, steps = writerSteps): Thread {
  return (actor) => {
    const ends = shards.map((number) => new RingConsumer(ringOf(actor, number)));
    const parking = new Parking(actor.words(BELLS), WORD);
    const socket = actor.words(SOCKET);
    const mail = actor.words(MAIL);
    const post = { hasPublished: () => mail.load(WORD) !== 0 };
    const sources = closes ? [...ends, post] : ends;
    for (;;) {
      actor.checkpoint(...ends);
      ends.forEach((end, i) => {
        while (end.next()) use(actor, WRITER, shards[i], end.count);
        end.release();
      });
      if (closes && post.hasPublished()) {
        const other = socket.compareExchange(USER_WORD, 0, CLOSED);
        if (other !== 0) throw new Error(`closed while ${other} writes`);
        return;
      }
      if (!closes && shards.every((number) => socket.get(number) === contents)) return;
      steps.sleep(parking, sources, actor);
    }
  };
}

/** A shard that rings when it has done all, so that the writer may see that all is done. */
function shardThatRings(plan: ShardPlan, steps = shardSteps): Thread {
  return (actor) => {
    shard(plan, steps)(actor);
    new Doorbell(actor.words(BELLS), WORD).ring();
  };
}

/** What main does: sends mail, and rings. */
const main: Thread = (actor) => {
  actor.words(MAIL).store(WORD, 1);
  new Doorbell(actor.words(BELLS), WORD).ring();
};

/** Somebody who rings for no reason, as one does who was late. */
const caller: Thread = (actor) => {
  new Doorbell(actor.words(BELLS), WORD).ring();
};

/** A writer that has let the descriptor go, and lends its place. */
const closed: Thread = (actor) => {
  const socket = actor.words(SOCKET);
  const ring = actor.words(1);
  socket.set(USER_WORD, CLOSED);
  const shardIsDone = { hasPublished: () => ring.load(TAIL_WORD) + socket.load(1) !== 0 };
  new Parking(actor.words(BELLS), WORD).sleepUnlessWork([shardIsDone], Infinity, true);
};

function lendableForEver(): Meter {
  const meter = Meter.create('feed');
  meter.set(FEED_METER.lendable, 1);
  return meter;
}

describe('a writer that lends its place, in every order of accesses,', () => {
  it('loses nothing, and all is written in order and by one at a time', () => {
    for (const takes of [true, false]) {
      const threads = [
        writer({ shards: [1], contents: 2 }),
        shardThatRings({ shard: 1, contents: 2, takes }),
      ];
      const search = searchInterleavings(threads, []);
      expect(search.failure).toBeUndefined();
      expect(search.states).toBeGreaterThan(100);
    }
  });

  it('serves two shards that compete for its place', { timeout: LARGE_SEARCH_MS }, () => {
    const threads = [
      writer({ shards: [1, 2], contents: 1 }),
      shardThatRings({ shard: 1, contents: 1, takes: true }),
      shardThatRings({ shard: 2, contents: 1, takes: true }),
    ];
    expect(searchInterleavings(threads, []).failure).toBeUndefined();
  });

  it('may be rung for while it is lent', () => {
    const threads = [
      writer({ shards: [1], contents: 1 }),
      shardThatRings({ shard: 1, contents: 1, takes: true }),
      caller,
    ];
    expect(searchInterleavings(threads, []).failure).toBeUndefined();
  });

  it('lets a descriptor go only when nobody writes to it or will', () => {
    const threads = [
      writer({ shards: [1], contents: 1, closes: true }),
      shard({ shard: 1, contents: 1, takes: true }),
      main,
    ];
    expect(searchInterleavings(threads, []).failure).toBeUndefined();
  });
});

describe('the search finds', () => {
  it('a shard that writes although its ring holds something older', () => {
    const steps = { ...shardSteps, isDrained: () => true };
    const threads = [
      writer({ shards: [1], contents: 2 }),
      shardThatRings({ shard: 1, contents: 2, takes: true }, steps),
    ];
    expect(searchInterleavings(threads, []).failure).toMatch(/shard 1: \d behind/);
  });

  it('a shard that does not look whether the feed is still there', () => {
    const steps = { ...shardSteps, meter: lendableForEver };
    const threads = [
      // Goes on lending when it has let the descriptor go.
      closed,
      shardThatRings({ shard: 1, contents: 1, takes: true }, steps),
    ];
    expect(searchInterleavings(threads, []).failure).toMatch(/closed descriptor/);
  });

  it('a writer that goes on when it wakes up while its place is lent', () => {
    const sleep = (parking: Parking, sources: readonly WorkSource[], actor: Actor) => {
      const bell = actor.words(BELLS);
      bell.store(WORD, LENDING);
      if (!sources.some((source) => source.hasPublished())) bell.wait(WORD, LENDING, Infinity);
      parking.rise();
    };
    const threads = [
      writer({ shards: [1], contents: 1, closes: true }, { ...writerSteps, sleep }),
      shard({ shard: 1, contents: 1, takes: true }),
      main,
    ];
    expect(searchInterleavings(threads, []).failure).toMatch(/closed/);
  });
});
