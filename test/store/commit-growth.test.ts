import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDoorbells, Doorbell } from '../../src/ring/parking.ts';
import { RingConsumer } from '../../src/ring/ring-consumer.ts';
import { RingProducer } from '../../src/ring/ring-producer.ts';
import { SpscRing } from '../../src/ring/spsc-ring.ts';
import { Batch } from '../../src/store/batch.ts';
import { ChunkIndex } from '../../src/store/chunk-index.ts';
import { StoreClient } from '../../src/store/store-client.ts';
import { completeDirectory, DATA_FILE, prepareDirectory } from '../../src/store/store-directory.ts';
import { StoreEngine } from '../../src/store/store-engine.ts';
import { sampleMessage, viewOf } from '../queues/sample-message.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';

const RING_OCTETS = 2 ** 20;
const COMMITS = 100;
const LOGS = 200;
const BODY_MAX_OCTETS = 300 * 1024;

describe(`the space that is taken before a commit (seed ${SEED})`, () => {
  let directory = '';
  let engine: StoreEngine;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'directmq-growth-'));
    prepareDirectory(directory);
    completeDirectory(directory);
    engine = new StoreEngine(directory, false);
  });

  afterEach(async () => {
    await engine.close();
    rmSync(directory, { recursive: true });
  });

  /** Octets of the file that the engine has not come to use. */
  const left = () => statSync(join(directory, DATA_FILE)).size - engine.usedOctets();

  it('is never less than the engine needs, whatever is stored and goes', () => {
    const random = seededRandom();
    const below = (limit: number) => Math.floor(random() * limit);
    const index = new ChunkIndex();
    const batch = new Batch(index);
    const ring = SpscRing.create(RING_OCTETS);
    const consumer = new RingConsumer(SpscRing.attach(ring));
    const bell = Doorbell.attach(createDoorbells(1), 0);
    const client = new StoreClient(new RingProducer(SpscRing.attach(ring), bell), () => {});
    client.startEntriesAt(1);
    const logs = Array.from({ length: LOGS }, () => client.newLog());
    const entries: { log: number; entry: number }[] = [];

    const actions = [
      () => {
        const bodyOctets = Math.floor(random() ** 6 * BODY_MAX_OCTETS);
        const log = below(LOGS);
        const view = viewOf(sampleMessage(entries.length, bodyOctets));
        entries.push({ log, entry: logs[log].keep(view, Infinity, false) });
      },
      () => {
        const [settled] = entries.splice(below(entries.length), 1);
        if (settled !== undefined) logs[settled.log].settle(settled.entry);
      },
      () => logs[below(LOGS)].take(entries.at(-1)?.entry ?? 1),
      () => client.define(`key ${below(500)}`, 'v'.repeat(below(2000))),
      () => client.undefine(`key ${below(500)}`),
    ];
    const commit = (): void => {
      client.endGroup();
      do {
        batch.take(consumer);
        consumer.release();
        client.spaceGranted();
      } while (!batch.isWhole || client.congested);
      engine.commit(batch, index);
      expect(left()).toBeGreaterThan(0);
    };
    for (let i = 0; i < COMMITS; i++) {
      const action = actions[below(actions.length)];
      for (let n = below(i % 10 === 0 ? 1000 : 50); n > 0; n--) action();
      commit();
    }
    for (const log of logs) log.purge(0, Number.MAX_SAFE_INTEGER);
    commit();
  });
});
