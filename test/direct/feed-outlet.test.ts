import { describe, expect, it } from 'vitest';
import { FeedOutlet } from '../../src/amqp-control/direct/feed-outlet.ts';
import { MainTally } from '../../src/amqp-control/direct/main-tally.ts';
import { RingOutlet } from '../../src/dmp-reader/ring-outlet.ts';
import { CounterPage } from '../../src/ring/counters.ts';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RECORD_BARRIER, RECORD_CONTENTS, RECORD_MARK } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { MessageView } from '../../src/wire/message-view.ts';

const RING_OCTETS = 4096;
const BODY_OCTETS = 600;
const SLOT = 1;

/** A message with neither names nor properties. */
function message(): MessageView {
  const view = new MessageView();
  view.envelope = Buffer.alloc(4);
  view.exchangeAt = 0;
  view.routingKeyAt = 1;
  view.propertiesAt = 2;
  view.propertiesEnd = 4;
  view.body = Buffer.alloc(BODY_OCTETS);
  view.bodyAt = 0;
  view.bodySize = BODY_OCTETS;
  return view;
}

/** A ring that the test reads, and main's way into it. */
function rig() {
  const ring = SpscRing.attach(SpscRing.create(RING_OCTETS));
  const tally = new MainTally(CounterPage.create(['main']).block(0));
  const peer = { wake: () => {}, postLarge: () => {} };
  const producer = new RingProducer(ring, Doorbell.attach(createDoorbells(1), 0));
  const ringOutlet = new RingOutlet(producer, peer, tally);
  const consumer = new RingConsumer(ring);
  const outlet = new FeedOutlet(ringOutlet, tally, () => {});
  /** What kinds of records come out until the ring is empty. */
  const drain = (): number[] => {
    const types: number[] = [];
    for (;;) {
      while (consumer.next()) types.push(consumer.type);
      if (consumer.release()) ringOutlet.spaceGranted();
      outlet.publish();
      if (!consumer.hasPublished()) return types;
    }
  };
  return { outlet, drain };
}

describe("main's way into a full ring", () => {
  for (const [name, type] of [
    ['barrier', RECORD_BARRIER],
    ['mark', RECORD_MARK],
  ] as const) {
    it(`lets no ${name} overtake the messages in front of it`, () => {
      const { outlet, drain } = rig();
      let sent = 0;
      for (; !outlet.blocked; sent++) {
        outlet.put(SLOT, message());
        // The last message is put together when the ring has no room for it any more.
        if (!outlet[name](SLOT, sent)) break;
      }
      expect(outlet.blocked).toBe(true);
      const types = drain();
      expect(outlet[name](SLOT, sent)).toBe(true);
      types.push(...drain());
      const one = [RECORD_CONTENTS, type];
      expect(types).toEqual(Array.from({ length: sent + 1 }, () => one).flat());
    });
  }
});
