import type { RingConsumer } from '../ring/ring-consumer.ts';
import { readUint32, readUint64 } from '../wire/octets.ts';
import type { ChunkIndex } from './chunk-index.ts';
import { HeldMessages, type NewChunk } from './held-messages.ts';
import {
  CONTINUES,
  MESSAGE_HEAD_OCTETS,
  NUMBER_OCTETS,
  RECORD_DEFINE,
  RECORD_DROP,
  RECORD_ENTRY,
  RECORD_MARK,
  RECORD_MESSAGE,
  RECORD_PART,
  RECORD_PURGE,
  RECORD_SETTLE,
  RECORD_TAKEN,
  RECORD_UNDEFINE,
} from './store-records.ts';

/** Octets of messages after which a batch is closed: some milliseconds of writing. */
export const BATCH_MAX_OCTETS = 4 * 1024 * 1024;

/** A change of one definition; null removes it. */
export interface DefinitionChange {
  readonly key: string;
  readonly value: string | null;
}

/** The highest entry of a log that was delivered; 0 removes the mark. */
export interface TakenMark {
  readonly log: number;
  readonly entry: number;
}

/**
 * What is to be committed together: the records of whole groups, as many as were waiting. A message
 * that is done with before its batch is written is never written.
 */
export class Batch {
  readonly definitions: DefinitionChange[] = [];
  /** Number of the last group that is complete. */
  group = 0;
  private readonly index: ChunkIndex;
  private readonly held = new HeldMessages(BATCH_MAX_OCTETS);
  private readonly takenMarks = new Map<number, number>();
  private parts: Buffer[] = [];
  private isOpen = false;

  constructor(index: ChunkIndex) {
    this.index = index;
  }

  /** Whether it may be committed: it ends with a group's end. */
  get isWhole(): boolean {
    return !this.isOpen;
  }

  /** Messages that came with it, whether or not they are done with already. */
  get messageCount(): number {
    return this.held.count;
  }

  /** Octets that its messages take. */
  get messageOctets(): number {
    return this.held.octetCount;
  }

  /** Whether it should be committed before more is taken, if that is when it has `maxOctets`. */
  isFull(maxOctets: number): boolean {
    return this.isWhole && this.messageOctets >= maxOctets;
  }

  /**
   * Takes what the ring holds, up to the end of a group once there is enough.
   *
   * @param maxOctets of messages: enough; at most BATCH_MAX_OCTETS
   * @returns whether there was anything
   * @throws Error for a record that makes no sense
   */
  take(ring: RingConsumer, maxOctets = BATCH_MAX_OCTETS): boolean {
    let any = false;
    while (ring.next()) {
      any = true;
      this.isOpen = ring.type !== RECORD_MARK;
      this.record(ring);
      if (this.isFull(maxOctets)) break;
    }
    return any;
  }

  /** The messages that are still alive, as chunks; valid until more is taken. */
  chunks(): NewChunk[] {
    return this.held.chunks();
  }

  /** The marks to be stored; a log without stored messages needs none. */
  marks(): TakenMark[] {
    const marks: TakenMark[] = [];
    if (this.takenMarks.size === 0) return marks;
    const held = this.held.livingLogs();
    for (const [log, entry] of this.takenMarks) {
      const isNeeded = held.has(log) || this.index.aliveIn(log) > 0;
      if (entry === 0 || isNeeded) marks.push({ log, entry });
    }
    return marks;
  }

  /** It is committed: what comes next is another batch. */
  clear(): void {
    this.definitions.length = 0;
    this.held.clear();
    this.takenMarks.clear();
  }

  private record(ring: RingConsumer): void {
    const { type, target, payloadAt, payloadLength } = ring;
    let b = ring.bytes;
    let at = payloadAt;
    let end = payloadAt + payloadLength;
    if (type === RECORD_PART) {
      this.parts.push(Buffer.from(b.subarray(at, end)));
      return;
    }
    if (ring.count === CONTINUES) {
      b = Buffer.concat([...this.parts, b.subarray(at, end)]);
      at = 0;
      end = b.length;
      this.parts = [];
    }
    switch (type) {
      case RECORD_MESSAGE:
        this.message(target, b, at, end);
        break;
      case RECORD_ENTRY:
        this.entry(target, b, at);
        break;
      case RECORD_SETTLE:
        this.settle(readUint64(b, at));
        break;
      case RECORD_PURGE:
        this.purge(target, readUint64(b, at), readUint64(b, at + NUMBER_OCTETS));
        break;
      case RECORD_TAKEN:
        this.takenMarks.set(target, readUint64(b, at));
        break;
      case RECORD_DROP:
        this.purge(target, 0, Number.MAX_SAFE_INTEGER);
        this.takenMarks.set(target, 0);
        break;
      case RECORD_DEFINE: {
        const valueAt = at + 4 + readUint32(b, at);
        const key = b.toString('utf8', at + 4, valueAt);
        this.definitions.push({ key, value: b.toString('utf8', valueAt, end) });
        break;
      }
      case RECORD_UNDEFINE:
        this.definitions.push({ key: b.toString('utf8', at, end), value: null });
        break;
      case RECORD_MARK:
        this.group = readUint64(b, at);
        break;
      default:
        throw new Error(`Unknown record type ${type} in the ring of the store`);
    }
  }

  private message(log: number, b: Buffer, at: number, end: number): void {
    const envelopeOctets = readUint32(b, at + 2 * NUMBER_OCTETS);
    this.held.add(b, at + MESSAGE_HEAD_OCTETS, end, envelopeOctets);
    this.entry(log, b, at);
  }

  private entry(log: number, b: Buffer, at: number): void {
    this.held.addEntry(log, readUint64(b, at), readUint64(b, at + NUMBER_OCTETS));
  }

  private settle(entry: number): void {
    if (!this.held.settle(entry)) this.index.settle(entry);
  }

  private purge(log: number, first: number, last: number): void {
    this.index.purge(log, first, last);
    this.held.purge(log, first, last);
  }
}
