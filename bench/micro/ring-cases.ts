import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RECORD_CONTENTS } from '../../src/ring/record-types.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { RingSource } from '../../src/ring/ring-source.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import type { MicroCase } from './micro-case.ts';

/** The broker's default. */
const RING_OCTETS = 4 * 1024 * 1024;
const SOURCE_OCTETS = 256 * 1024;
const RECORDS = 256;

/** Both ends of a ring in one thread: what a record costs without the other core's cache misses. */
export function ringCases(): MicroCase[] {
  return [51, 512, 4096, 16_384].map(appendAndTake);
}

function appendAndTake(recordOctets: number): MicroCase {
  const memory = SpscRing.create(RING_OCTETS);
  const bell = Doorbell.attach(createDoorbells(1), 0);
  const producer = new RingProducer(SpscRing.attach(memory), bell);
  const consumer = new RingConsumer(SpscRing.attach(memory));
  const source = new RingSource(Buffer.alloc(SOURCE_OCTETS, 1));
  const batch = Math.min(RECORDS, Math.floor(RING_OCTETS / 2 / recordOctets));
  return {
    name: `ring: append and take a record of ${recordOctets} octets`,
    operations: batch,
    run: () => {
      for (let i = 0; i < batch; i++) {
        producer.append(RECORD_CONTENTS, 1, 1, source, 0, recordOctets);
      }
      producer.publish();
      while (consumer.next());
      consumer.release();
    },
  };
}
