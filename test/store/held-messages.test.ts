import { describe, expect, it } from 'vitest';
import { chunkFault, chunkFirst, NO_LOG, readChunk } from '../../src/store/chunk-format.ts';
import { HeldMessages, type NewChunk } from '../../src/store/held-messages.ts';
import { envelopeOctets, writeEnvelope } from '../../src/wire/envelope.ts';
import { MessageView } from '../../src/wire/message-view.ts';
import { messageIn, type SampleMessage, sampleMessage, viewOf } from '../queues/sample-message.ts';
import { SEED, seededRandom } from '../support/seeded-random.ts';

const KIB = 1024;
const USUAL_OCTETS = 1024 * KIB;
const CHUNK_MAX_OCTETS = 256 * KIB;
const SMALL_CHUNK_OCTETS = 64 * KIB;
/** Octets of messages between two looks at the chunks, about. */
const FILL_OCTETS = 2 * USUAL_OCTETS;
const LOGS = 5;

interface ModelEntry {
  log: number;
  readonly number: number;
  readonly expiry: number;
}

interface ModelMessage {
  readonly message: SampleMessage;
  readonly entries: ModelEntry[];
}

/** What is held beside what should be. */
class Modelled {
  readonly held = new HeldMessages(USUAL_OCTETS);
  messages: ModelMessage[] = [];
  private nextNumber = 1000;
  private seed = 0;

  add(bodyOctets: number, logs: readonly number[]): this {
    const message = sampleMessage(this.seed++, bodyOctets);
    const view = viewOf(message);
    const envelope = envelopeOctets(view);
    const gap = 3;
    const octets = Buffer.alloc(gap + envelope + bodyOctets + gap);
    message.body.copy(octets, writeEnvelope(view, octets, gap));
    this.held.add(octets, gap, octets.length - gap, envelope);
    const entries = logs.map((log) => {
      const number = this.nextNumber++;
      const expiry = number % 3 === 0 ? 0 : number * 1000;
      this.held.addEntry(log, number, expiry);
      return { log, number, expiry };
    });
    this.messages.push({ message, entries });
    return this;
  }

  get entries(): ModelEntry[] {
    return this.messages.flatMap(({ entries }) => entries);
  }

  settle(entry: ModelEntry): void {
    expect(this.held.settle(entry.number)).toBe(true);
    entry.log = NO_LOG;
  }

  purge(log: number, first: number, last: number): void {
    this.held.purge(log, first, last);
    for (const entry of this.entries) {
      if (entry.log === log && entry.number >= first && entry.number <= last) entry.log = NO_LOG;
    }
  }

  clear(): void {
    this.held.clear();
    this.messages = [];
  }

  /** Compares; @returns the chunks */
  check(): NewChunk[] {
    const living = this.messages
      .map(({ message, entries }) => ({
        message,
        entries: entries.filter(({ log }) => log !== NO_LOG),
      }))
      .filter(({ entries }) => entries.length > 0);
    const chunks = this.held.chunks();
    const stored = chunks.flatMap(contents);
    expect(stored.length).toBe(living.length);
    for (const [i, { message, entries }] of stored.entries()) {
      expect(entries).toEqual(living[i].entries);
      expect(message.body.equals(living[i].message.body)).toBe(true);
      expect({ ...message, body: '' }).toEqual({ ...living[i].message, body: '' });
    }
    const logs = living.flatMap(({ entries }) => entries.map(({ log }) => log));
    const found = this.held.livingLogs();
    found.delete(NO_LOG);
    expect([...found].sort()).toEqual([...new Set(logs)].sort());
    return chunks;
  }
}

/** What is in a chunk, which has to be whole, and agree with what is said about it. */
function contents({ first, logs, octets }: NewChunk): ModelMessage[] {
  const messages: ModelMessage[] = [];
  expect(chunkFault(octets)).toBeNull();
  expect(chunkFirst(octets)).toBe(first);
  const said = [...logs];
  readChunk(octets, new MessageView(), false, {
    message: (view) => messages.push({ message: messageIn(view), entries: [] }),
    entry: (log, number, expiresAtMs) => {
      expect(said[number - first]).toBe(log);
      said[number - first] = NO_LOG;
      const expiry = expiresAtMs === Infinity ? 0 : expiresAtMs;
      messages.at(-1)?.entries.push({ log, number, expiry });
    },
  });
  expect(said.every((log) => log === NO_LOG)).toBe(true);
  return messages;
}

describe(`messages that aren't stored yet (seed ${SEED})`, () => {
  it('become chunks of those that somebody wants, whatever is done with and when', () => {
    const random = seededRandom();
    const below = (limit: number) => Math.floor(random() * limit);
    const modelled = new Modelled();
    for (let round = 0; round < 20; round++) {
      // Short messages, long ones, or both, one of which is longer than any chunk should be.
      const bodyMaxOctets = [200, 20 * KIB, 300 * KIB][below(3)];
      const settledPart = [0, 0.1, 0.9, 1][below(4)];
      for (let octets = 0; octets < FILL_OCTETS / 4; ) {
        const bodyOctets = Math.floor(random() ** 3 * bodyMaxOctets);
        const logs = Array.from({ length: 1 + below(3) }, () => 1 + below(LOGS));
        modelled.add(bodyOctets, logs);
        octets += bodyOctets + 100;
      }
      for (const entry of modelled.entries) {
        if (entry.log !== NO_LOG && random() < settledPart) modelled.settle(entry);
      }
      const { entries } = modelled;
      const [from, to] = [below(entries.length), below(entries.length)];
      if (below(3) === 0) {
        modelled.purge(1 + below(LOGS), entries[from].number, entries[to].number);
      }
      // What could not be stored is tried again, with more.
      modelled.check();
      if (below(3) === 0) modelled.clear();
    }
  });

  it('need few chunks, however many are done with in between', () => {
    const modelled = new Modelled();
    for (let i = 0; i < 4000; i++) modelled.add(KIB, [1]);
    expect(modelled.check().length).toBeLessThan(25);
    for (const [i, entry] of modelled.entries.entries()) if (i % 10 > 0) modelled.settle(entry);
    const sizes = modelled.check().map(({ octets }) => octets.length);
    expect(sizes.length).toBeLessThan(8);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(SMALL_CHUNK_OCTETS);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(CHUNK_MAX_OCTETS);
  });

  it('are in one chunk with all their entries, or in one alone if they are longer', () => {
    const modelled = new Modelled();
    modelled.add(CHUNK_MAX_OCTETS + 1, [1, 2]).add(10, [3]);
    expect(modelled.check().map(({ logs }) => [...logs])).toEqual([[1, 2], [3]]);
  });

  it('are none when all are done with', () => {
    const modelled = new Modelled().add(10, [1, 2]).add(20, [2]);
    for (const entry of modelled.entries) modelled.settle(entry);
    expect(modelled.check()).toEqual([]);
    expect(modelled.held.count).toBe(2);
  });

  it('are not taken for those that are stored already, or not there yet', () => {
    const { held, entries } = new Modelled().add(10, [1]);
    expect(held.settle(entries[0].number - 1)).toBe(false);
    expect(held.settle(entries[0].number + 1)).toBe(false);
    held.clear();
    expect(held.settle(entries[0].number)).toBe(false);
  });
});
