// The reading thread of a consumer process: a task for piscina.
import { readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { encodeMethodFrame } from '../../src/wire/methods.ts';
import { writeUint64 } from '../../src/wire/octets.ts';
import { alignedBuffer } from '../lib/aligned-buffer.ts';
import { nowNs } from '../lib/clock.ts';
import { ContentWalker } from './content-walker.ts';
import { DeliveryCounters } from './delivery-counters.ts';
import type { DeliveryWalker } from './delivery-walker.ts';
import { FixedWalker } from './fixed-walker.ts';
import { FrameWalker } from './frame-walker.ts';
import type { ConsumeOrder, Framing } from './orders.ts';
import { PUMP_CALL_OCTETS, PUMP_FD } from './orders.ts';
import { StampChecker } from './stamp-checker.ts';

/** What the consumer process hands to this thread. */
export interface ConsumerThreadData {
  readonly order: ConsumeOrder;
  readonly memory: SharedArrayBuffer;
}

/** Type, channel, size and method number of a Basic.Ack frame; its delivery tag follows. */
const ACK_TAG_AT = 11;

/** Reads until the connection ends. Posts a message when it is about to begin. */
export function consume({ order, memory }: ConsumerThreadData): void {
  parentPort?.postMessage('started');
  const counters = new DeliveryCounters(memory);
  const stamps = order.stamped
    ? new StampChecker(counters.latencyCounts, order.timedFromSequence)
    : null;
  const walker = createWalker(order.framing, stamps);
  const ackEvery = order.framing.kind === 'frames' ? order.framing.ackEveryMessages : 0;
  const ack = encodeMethodFrame(1, { name: 'basic.ack', deliveryTag: 0, multiple: true });

  // Every read goes to the same aligned place; what the walker left stands in front of it.
  const place = alignedBuffer(PUMP_CALL_OCTETS, walker.headOctets);
  const b = Buffer.from(place.buffer);
  const readAt = place.byteOffset;
  let from = readAt;
  let octets = 0;
  let acknowledged = 0;
  for (;;) {
    const count = readSync(PUMP_FD, b, readAt, PUMP_CALL_OCTETS, null);
    if (count === 0) break;
    const end = readAt + count;
    const taken = walker.walk(b, from, end, stamps === null ? 0 : nowNs());
    from = readAt - (end - taken);
    b.copyWithin(from, taken, end);
    octets += count;
    counters.publish(walker.messages, octets, stamps?.missing ?? 0, stamps?.disordered ?? 0);
    if (ackEvery > 0 && walker.messages - acknowledged >= ackEvery) {
      // Delivery tags of a channel count from 1 (AMQP 0-9-1, 1.8.3.13): the last one is the total.
      acknowledged = walker.messages;
      writeUint64(ack, acknowledged, ACK_TAG_AT);
      writeSync(PUMP_FD, ack);
    }
  }
  counters.end();
}

function createWalker(framing: Framing, stamps: StampChecker | null): DeliveryWalker {
  switch (framing.kind) {
    case 'fixed':
      return new FixedWalker(framing.messageOctets, framing.bodyAt, framing.interjection, stamps);
    case 'contents':
      return new ContentWalker(framing.contentOctets, framing.bodyAt, stamps);
    case 'frames':
      return new FrameWalker(stamps);
  }
}
