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

const FRAME_HEADER_OCTETS = 7;

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
});
