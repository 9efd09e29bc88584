import { describe, expect, it } from 'vitest';
import { Confirms } from '../../src/amqp-control/channel/confirms.ts';
import type { FrameTarget } from '../../src/amqp-control/channel/delivery-writer.ts';
import { ChunkPool } from '../../src/amqp-control/io/chunk-pool.ts';
import { Outbox } from '../../src/amqp-control/io/outbox.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { decodeMethod } from '../../src/wire/methods.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';

const FRAME_HEADER_OCTETS = 7;
const ROUNDS = 300;
const STEPS = 60;

/** A channel in confirm mode and a store whose thread is the test. */
class Rig {
  readonly store: StoreClient;
  readonly confirms: Confirms;
  private readonly outbox: Outbox;

  constructor() {
    const bell = Doorbell.attach(createDoorbells(1), 0);
    const ring = SpscRing.attach(SpscRing.create(1 << 16));
    this.store = new StoreClient(new RingProducer(ring, bell), () => {});
    this.outbox = new Outbox(
      new ChunkPool(),
      () => {},
      () => {},
    );
    const target: FrameTarget = { outbox: this.outbox, channel: 1, frameMax: 4096 };
    this.confirms = new Confirms(target);
  }

  /** The next message waits for the current group. */
  persistent(): void {
    this.store.undefine('something that changes');
    this.confirms.acceptedIntoGroup(this.store);
  }

  endGroup(): number {
    this.confirms.flush();
    const group = this.store.currentGroup;
    this.store.endGroup();
    return group;
  }

  /** What was written since the last time: `+3` is an ack of 3, `+3*` with multiple, `-3` a nack. */
  written(): string {
    const octets = Buffer.concat(this.outbox.take().map((piece) => piece.octets));
    const answers: string[] = [];
    for (let at = 0; at < octets.length; ) {
      const end = at + FRAME_HEADER_OCTETS + octets.readUInt32BE(at + 3);
      const method = decodeMethod(octets, at + FRAME_HEADER_OCTETS, end);
      if (method.name !== 'basic.ack' && method.name !== 'basic.nack') throw new Error(method.name);
      const sign = method.name === 'basic.ack' ? '+' : '-';
      answers.push(`${sign}${method.deliveryTag}${method.multiple ? '*' : ''}`);
      at = end + 1;
    }
    return answers.join(' ');
  }
}

/** Takes answers for those of messages as amqplib does, and refuses what it can't understand. */
class CountingClient {
  readonly outcomes: (string | undefined)[] = [];
  /** The least tag that isn't answered. */
  private first = 1;

  published(count: number): void {
    while (this.outcomes.length < count) this.outcomes.push(undefined);
  }

  hear(answers: string): void {
    for (const [, sign, digits, multiple] of answers.matchAll(/([+-])(\d+)(\*?)/g)) {
      const tag = Number(digits);
      if (tag < this.first || tag > this.outcomes.length) throw new Error(`answer to ${tag}`);
      if (multiple === '') {
        if (this.outcomes[tag - 1] !== undefined) throw new Error(`second answer to ${tag}`);
        this.outcomes[tag - 1] = sign;
      } else {
        for (let t = this.first; t <= tag; t++) this.outcomes[t - 1] ??= sign;
      }
      while (this.outcomes[this.first - 1] !== undefined) this.first++;
    }
  }
}

describe('confirms', () => {
  it('of transient messages come together at the end of the read', () => {
    const rig = new Rig();
    rig.confirms.accepted();
    rig.confirms.accepted();
    expect(rig.written()).toBe('');
    rig.endGroup();
    expect(rig.written()).toBe('+2*');
  });

  it('of persistent messages come when their group is durable, and not before', () => {
    const rig = new Rig();
    rig.persistent();
    rig.persistent();
    const first = rig.endGroup();
    rig.persistent();
    const second = rig.endGroup();
    expect(rig.written()).toBe('');
    rig.store.durable(first);
    expect(rig.written()).toBe('+2*');
    rig.store.durable(second);
    expect(rig.written()).toBe('+3');
  });

  it('of several groups come with one answer', () => {
    const rig = new Rig();
    rig.persistent();
    rig.endGroup();
    rig.persistent();
    rig.store.durable(rig.endGroup());
    expect(rig.written()).toBe('+2*');
  });

  it('of transient messages behind persistent ones do not wait', () => {
    const rig = new Rig();
    rig.confirms.accepted();
    rig.persistent();
    rig.confirms.accepted();
    rig.confirms.accepted();
    rig.persistent();
    const group = rig.endGroup();
    expect(rig.written()).toBe('+1 +3 +4');
    rig.store.durable(group);
    expect(rig.written()).toBe('+5*');
  });

  it('tell refusals at once, whatever waits', () => {
    const rig = new Rig();
    rig.persistent();
    rig.confirms.refused();
    rig.persistent();
    const group = rig.endGroup();
    expect(rig.written()).toBe('-2');
    rig.store.durable(group);
    expect(rig.written()).toBe('+1 +3');
    rig.confirms.refused();
    rig.confirms.accepted();
    rig.endGroup();
    expect(rig.written()).toBe('-4 +5');
  });

  it('are not written on a channel that has closed', () => {
    const rig = new Rig();
    rig.persistent();
    const group = rig.endGroup();
    rig.confirms.end();
    rig.store.durable(group);
    expect(rig.written()).toBe('');
  });

  it('never name again what is answered', () => {
    const rig = new Rig();
    rig.persistent();
    rig.confirms.refused();
    rig.confirms.accepted();
    rig.confirms.accepted();
    rig.confirms.refused();
    const group = rig.endGroup();
    expect(rig.written()).toBe('-2 +3 +4 -5');
    rig.store.durable(group);
    // A client that counts (amqplib does) would take later answers for those of other messages.
    expect(rig.written()).toBe('+1');
    rig.confirms.accepted();
    rig.endGroup();
    expect(rig.written()).toBe('+6');
  });

  it(`tell a client that counts the outcome of each message (seed ${SEED})`, () => {
    const random = seededRandom();
    for (let round = 0; round < ROUNDS; round++) {
      const rig = new Rig();
      const expected: string[] = [];
      const client = new CountingClient();
      const groups: number[] = [];
      for (let step = 0; step < STEPS; step++) {
        const dice = random();
        if (dice < 0.25) {
          rig.confirms.accepted();
          expected.push('+');
        } else if (dice < 0.5) {
          rig.persistent();
          expected.push('+');
        } else if (dice < 0.7) {
          rig.confirms.refused();
          expected.push('-');
        } else if (dice < 0.9) {
          const isEmpty = !rig.store.hasChanges;
          const group = rig.endGroup();
          if (!isEmpty) groups.push(group);
        } else {
          const durable = groups.splice(0, Math.ceil(random() * groups.length)).at(-1);
          if (durable !== undefined) rig.store.durable(durable);
        }
        client.published(expected.length);
        client.hear(rig.written());
      }
      rig.persistent();
      expected.push('+');
      client.published(expected.length);
      rig.store.durable(rig.endGroup());
      client.hear(rig.written());
      expect(client.outcomes).toEqual(expected);
    }
  });
});
