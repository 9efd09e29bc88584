import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { createDoorbells } from '../../src/ring/parking.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';

/**
 * Real threads: two producers with a small ring each, one consumer that checks every octet of every
 * record. The threads run the built code, Node.js 20 can't load TypeScript in a worker.
 */

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);
const RECORDS = Number(process.env.STRESS_RECORDS ?? 50_000);
const CAPACITY = 16_384;
const PRODUCERS = 2;

interface Report {
  readonly waits?: number;
  readonly parks?: number;
}

function start(workerData: object, transferList: MessagePort[]): Worker {
  const url = new URL('./stress-worker.mjs', import.meta.url);
  return new Worker(url, { workerData, transferList });
}

async function reportOf(worker: Worker): Promise<Report> {
  const [[report]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  return report as Report;
}

async function stress(consumerSleeps: boolean): Promise<Report[]> {
  const rings = Array.from({ length: PRODUCERS }, () => SpscRing.create(CAPACITY));
  const channels = rings.map(() => new MessageChannel());
  const ports = channels.map((channel) => channel.port1);
  const common = { doorbells: createDoorbells(1), seed: SEED, records: RECORDS, consumerSleeps };
  const threads = [
    start({ ...common, role: 'consumer', rings, ports }, ports),
    ...channels.map(({ port2 }, i) =>
      start({ ...common, role: i, rings: [rings[i]], ports: [port2] }, [port2]),
    ),
  ];
  try {
    return await Promise.all(threads.map(reportOf));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

describe('rings between real threads', () => {
  for (const consumerSleeps of [true, false]) {
    const how = consumerSleeps ? 'sleeps in Atomics.wait' : 'rests in its event loop';
    it(`bring ${RECORDS} records each to a consumer that ${how} (FUZZ_SEED=${SEED})`, async () => {
      const [consumer, ...producers] = await stress(consumerSleeps);
      expect(consumer.parks).toBeGreaterThan(0);
      for (const producer of producers) expect(producer.waits).toBeGreaterThan(0);
    });
  }
});
