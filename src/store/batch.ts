import type { RingConsumer } from '../ring/ring-consumer.ts';
import { readUint32, readUint64, writeUint32, writeUint64 } from '../wire/octets.ts';
import {
  CHUNK_HEAD_OCTETS,
  ENTRY_OCTETS,
  MESSAGE_FIXED_OCTETS,
  NO_LOG,
  sealChunk,
} from './chunk-format.ts';
import type { ChunkIndex } from './chunk-index.ts';
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

/**
 * Octets of messages that one chunk holds, but for a message that is longer: so few that one old
 * message which keeps its chunk alive is no disaster, so many that the engine sees few values.
 */
const CHUNK_MAX_OCTETS = 256 * 1024;

/** Octets of messages after which a batch is closed: some milliseconds of writing. */
export const BATCH_MAX_OCTETS = 4 * 1024 * 1024;

/** A change of one definition; null removes it. */
export interface DefinitionChange {
  readonly key: string;
  readonly value: string | null;
}

/** A chunk to be stored. */
export interface NewChunk {
  readonly first: number;
  readonly logs: Int32Array;
  readonly octets: Buffer;
}

/** The highest entry of a log that was delivered; 0 removes the mark. */
export interface TakenMark {
  readonly log: number;
  readonly entry: number;
}

interface HeldMessage {
  readonly at: number;
  end: number;
  firstEntry: number;
  entries: number;
  alive: number;
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
  /** Messages as a chunk holds them, one behind the other. */
  private octets = Buffer.allocUnsafeSlow(BATCH_MAX_OCTETS + CHUNK_MAX_OCTETS);
  private used = 0;
  private messages: HeldMessage[] = [];
  /** By entry number less `firstEntry`: log and message of the entry. */
  private entryLogs: number[] = [];
  private entryMessages: HeldMessage[] = [];
  private firstEntry = 0;
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
    return this.messages.length;
  }

  /** Octets of its messages. */
  get messageOctets(): number {
    return this.used;
  }

  /** Whether it should be committed before more is taken, if that is when it has `maxOctets`. */
  isFull(maxOctets: number): boolean {
    return this.isWhole && this.used >= maxOctets;
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

  /** The messages that are still alive, as chunks. */
  chunks(): NewChunk[] {
    const chunks: NewChunk[] = [];
    let from = 0;
    let size = 0;
    for (let i = 0; i < this.messages.length; i++) {
      const message = this.messages[i];
      if (message.alive === 0) continue;
      const octets = message.end - message.at;
      if (size > 0 && size + octets > CHUNK_MAX_OCTETS) {
        chunks.push(this.chunk(from, i, size));
        size = 0;
      }
      if (size === 0) from = i;
      size += octets;
    }
    if (size > 0) chunks.push(this.chunk(from, this.messages.length, size));
    return chunks;
  }

  /** The marks to be stored; a log without stored messages needs none. */
  marks(): TakenMark[] {
    const marks: TakenMark[] = [];
    const held = new Set(this.entryLogs);
    for (const [log, entry] of this.takenMarks) {
      const isNeeded = held.has(log) || this.index.aliveIn(log) > 0;
      if (entry === 0 || isNeeded) marks.push({ log, entry });
    }
    return marks;
  }

  /** It is committed: what comes next is another batch. */
  clear(): void {
    this.definitions.length = 0;
    this.used = 0;
    this.messages = [];
    this.entryLogs.length = 0;
    this.entryMessages.length = 0;
    this.takenMarks.clear();
    if (this.octets.length > 2 * BATCH_MAX_OCTETS) {
      this.octets = Buffer.allocUnsafeSlow(BATCH_MAX_OCTETS + CHUNK_MAX_OCTETS);
    }
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
    const envelopeLength = readUint32(b, at + 2 * NUMBER_OCTETS);
    const bodyLength = readUint32(b, at + 2 * NUMBER_OCTETS + 4);
    this.reserve(MESSAGE_FIXED_OCTETS + end - at);
    const { octets, used } = this;
    writeUint32(octets, envelopeLength, used + 4);
    writeUint32(octets, bodyLength, used + 8);
    b.copy(octets, used + MESSAGE_FIXED_OCTETS, at + MESSAGE_HEAD_OCTETS, end);
    this.used += MESSAGE_FIXED_OCTETS + envelopeLength + bodyLength;
    this.messages.push({ at: used, end: this.used, firstEntry: 0, entries: 0, alive: 0 });
    this.entry(log, b, at);
  }

  private entry(log: number, b: Buffer, at: number): void {
    const number = readUint64(b, at);
    const message = this.messages[this.messages.length - 1];
    if (this.entryLogs.length === 0) this.firstEntry = number;
    if (message.entries === 0) message.firstEntry = number;
    this.reserve(ENTRY_OCTETS);
    // The entry's place in its chunk is written when the chunk is made.
    writeUint64(this.octets, readUint64(b, at + NUMBER_OCTETS), this.used + 8);
    this.used += ENTRY_OCTETS;
    message.end = this.used;
    message.entries++;
    message.alive++;
    this.entryLogs.push(log);
    this.entryMessages.push(message);
  }

  private settle(entry: number): void {
    const at = entry - this.firstEntry;
    if (this.entryLogs.length === 0 || at < 0) this.index.settle(entry);
    else this.settleHeld(at);
  }

  private settleHeld(at: number): void {
    if (this.entryLogs[at] === NO_LOG) return;
    this.entryLogs[at] = NO_LOG;
    this.entryMessages[at].alive--;
  }

  private purge(log: number, first: number, last: number): void {
    this.index.purge(log, first, last);
    for (let at = 0; at < this.entryLogs.length; at++) {
      const entry = this.firstEntry + at;
      if (this.entryLogs[at] === log && entry >= first && entry <= last) this.settleHeld(at);
    }
  }

  /** A chunk of the messages [from, to) that are alive, `size` octets together. */
  private chunk(from: number, to: number, size: number): NewChunk {
    const chunk = Buffer.allocUnsafeSlow(CHUNK_HEAD_OCTETS + size);
    const first = this.messages[from].firstEntry;
    let span = 0;
    let at = CHUNK_HEAD_OCTETS;
    const logs: number[] = [];
    for (let i = from; i < to && at < chunk.length; i++) {
      const message = this.messages[i];
      if (message.alive === 0) continue;
      this.octets.copy(chunk, at, message.at, message.end);
      writeUint32(chunk, message.end - message.at, at);
      writeUint32(chunk, message.entries, at + 12);
      at += message.end - message.at;
      const base = message.firstEntry - first;
      while (logs.length < base) logs.push(NO_LOG);
      for (let e = 0; e < message.entries; e++) {
        const log = this.entryLogs[message.firstEntry - this.firstEntry + e];
        const entryAt = at - (message.entries - e) * ENTRY_OCTETS;
        writeUint32(chunk, log, entryAt);
        writeUint32(chunk, base + e, entryAt + 4);
        logs.push(log);
      }
      span = base + message.entries;
    }
    sealChunk(chunk, first, span);
    return { first, logs: Int32Array.from(logs), octets: chunk };
  }

  private reserve(octets: number): void {
    const needed = this.used + octets;
    if (needed <= this.octets.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.octets.length));
    this.octets.copy(larger, 0, 0, this.used);
    this.octets = larger;
  }
}
