import { copyOctets, writeUint32, writeUint64 } from '../wire/octets.ts';
import {
  CHUNK_HEAD_OCTETS,
  ENTRY_OCTETS,
  MESSAGE_FIXED_OCTETS,
  NO_LOG,
  sealChunk,
} from './chunk-format.ts';

/**
 * Octets of messages that one chunk holds, but for a message that is longer: so few that one old
 * message which keeps its chunk alive is no disaster, so many that the engine sees few values.
 */
const CHUNK_MAX_OCTETS = 256 * 1024;

/** Octets below which a chunk takes the next area's messages too, though they must be moved. */
const SMALL_CHUNK_OCTETS = CHUNK_MAX_OCTETS / 4;

/** Octets of an area's messages, but for one that is longer. */
const AREA_MAX_OCTETS = CHUNK_MAX_OCTETS - SMALL_CHUNK_OCTETS;

/** A chunk to be stored. */
export interface NewChunk {
  readonly first: number;
  /** Its entries' logs from the first on, NO_LOG for one that is done with. */
  readonly logs: Int32Array;
  /** Valid until the next message is added. */
  readonly octets: Buffer;
}

/** A chunk that is being made, of messages that lie one behind the other. */
interface OpenChunk {
  readonly at: number;
  end: number;
  /** Indices of its first entry and of the one behind its last. */
  readonly firstEntry: number;
  endEntry: number;
}

/**
 * Messages that aren't stored yet, and who still wants them. They lie in the memory from which they
 * are stored: in *areas*, each with room for a chunk's head in front. What is done with leaves a
 * gap, and an area that is nearly empty shares a chunk with the next one; else nothing is moved.
 */
export class HeldMessages {
  private readonly usualOctets: number;
  private octets: Buffer;
  private used = 0;
  private areaAt = 0;
  /** The first message of each area. */
  private readonly areas: number[] = [];
  /** By message: where it lies, and which entries are its own. */
  private readonly ats: number[] = [];
  private readonly ends: number[] = [];
  private readonly firstEntries: number[] = [];
  private readonly endEntries: number[] = [];
  private messages = 0;
  /** By entry, which is its number less the first one's: its log, NO_LOG when it is done with. */
  private readonly logs: number[] = [];
  private entries = 0;
  private firstNumber = 0;

  /** @param usualOctets of messages that are held usually, at most */
  constructor(usualOctets: number) {
    this.usualOctets = usualOctets + CHUNK_MAX_OCTETS;
    this.octets = Buffer.allocUnsafeSlow(this.usualOctets);
  }

  /** Number of messages, whether or not they are done with already. */
  get count(): number {
    return this.messages;
  }

  /** Octets that they take, whether or not they are done with already. */
  get octetCount(): number {
    return this.used;
  }

  /** Adds a message, without an entry: its envelope and body are the octets [from, to) of `b`. */
  add(b: Buffer, from: number, to: number, envelopeOctets: number): void {
    const message = this.messages++;
    const length = MESSAGE_FIXED_OCTETS + to - from;
    this.reserve(CHUNK_HEAD_OCTETS + length);
    if (message === 0 || this.used - this.areaAt + length > AREA_MAX_OCTETS) {
      this.areas.push(message);
      this.areaAt = this.used;
      this.used += CHUNK_HEAD_OCTETS;
    }
    const at = this.used;
    writeUint32(this.octets, envelopeOctets, at + 4);
    writeUint32(this.octets, to - from - envelopeOctets, at + 8);
    copyOctets(b, from, to, this.octets, at + MESSAGE_FIXED_OCTETS);
    this.used += length;
    this.ats[message] = at;
    this.ends[message] = this.used;
    this.firstEntries[message] = this.entries;
    this.endEntries[message] = this.entries;
  }

  /**
   * The message that was added last is in a log.
   * @param number of the entry: one more than that of the entry before
   * @param expiry in milliseconds since the epoch, 0 for never
   */
  addEntry(log: number, number: number, expiry: number): void {
    if (this.entries === 0) this.firstNumber = number;
    this.reserve(ENTRY_OCTETS);
    // The log and the place in its chunk are written when the chunk is made.
    writeUint64(this.octets, expiry, this.used + 8);
    this.used += ENTRY_OCTETS;
    this.logs[this.entries++] = log;
    this.ends[this.messages - 1] = this.used;
    this.endEntries[this.messages - 1] = this.entries;
  }

  /** An entry is done with. @returns whether it is held */
  settle(number: number): boolean {
    const entry = number - this.firstNumber;
    if (entry < 0 || entry >= this.entries) return false;
    this.logs[entry] = NO_LOG;
    return true;
  }

  /** All entries of a log from number `first` to `last` are done with. */
  purge(log: number, first: number, last: number): void {
    const end = Math.min(this.entries, last - this.firstNumber + 1);
    for (let entry = Math.max(0, first - this.firstNumber); entry < end; entry++) {
      if (this.logs[entry] === log) this.logs[entry] = NO_LOG;
    }
  }

  /** The logs with entries that aren't done with, maybe NO_LOG among them. */
  livingLogs(): Set<number> {
    const living = new Set<number>();
    for (let entry = 0; entry < this.entries; entry++) living.add(this.logs[entry]);
    return living;
  }

  /** The messages with entries that aren't done with, as chunks. */
  chunks(): NewChunk[] {
    const chunks: OpenChunk[] = [];
    let open: OpenChunk | null = null;
    for (let i = 0; i < this.areas.length; i++) {
      if (open !== null && open.end - open.at >= SMALL_CHUNK_OCTETS) open = null;
      const end = i + 1 < this.areas.length ? this.areas[i + 1] : this.messages;
      for (let message = this.areas[i]; message < end; message++) {
        if (!this.isAlive(message)) continue;
        if (open === null) {
          open = this.openAt(message);
          chunks.push(open);
        }
        this.moveTo(open.end, message);
        open.end = this.ends[message];
        open.endEntry = this.endEntries[message];
        this.describe(message, open.firstEntry);
      }
    }
    return chunks.map((chunk) => this.sealed(chunk));
  }

  /** All are stored. */
  clear(): void {
    this.used = 0;
    this.areas.length = 0;
    this.messages = 0;
    this.entries = 0;
    if (this.octets.length > 2 * this.usualOctets) {
      this.octets = Buffer.allocUnsafeSlow(this.usualOctets);
    }
  }

  private isAlive(message: number): boolean {
    const end = this.endEntries[message];
    for (let entry = this.firstEntries[message]; entry < end; entry++) {
      if (this.logs[entry] !== NO_LOG) return true;
    }
    return false;
  }

  /** A chunk that begins with a message: what lies in front is done with, or room for the head. */
  private openAt(message: number): OpenChunk {
    const at = this.ats[message] - CHUNK_HEAD_OCTETS;
    const firstEntry = this.firstEntries[message];
    return { at, end: this.ats[message], firstEntry, endEntry: firstEntry };
  }

  /** Closes the gap in front of a message, if there is one. */
  private moveTo(at: number, message: number): void {
    const from = this.ats[message];
    if (from === at) return;
    this.octets.copyWithin(at, from, this.ends[message]);
    this.ats[message] = at;
    this.ends[message] -= from - at;
  }

  /** Writes what is in front of a message and behind it. */
  private describe(message: number, chunkFirstEntry: number): void {
    const { octets, logs } = this;
    const at = this.ats[message];
    const first = this.firstEntries[message];
    const count = this.endEntries[message] - first;
    writeUint32(octets, this.ends[message] - at, at);
    writeUint32(octets, count, at + 12);
    let entryAt = this.ends[message] - count * ENTRY_OCTETS;
    for (let entry = first; entry < first + count; entry++, entryAt += ENTRY_OCTETS) {
      writeUint32(octets, logs[entry], entryAt);
      writeUint32(octets, entry - chunkFirstEntry, entryAt + 4);
    }
  }

  private sealed({ at, end, firstEntry, endEntry }: OpenChunk): NewChunk {
    const octets = this.octets.subarray(at, end);
    const first = this.firstNumber + firstEntry;
    const logs = new Int32Array(endEntry - firstEntry);
    for (let i = 0; i < logs.length; i++) logs[i] = this.logs[firstEntry + i];
    sealChunk(octets, first, logs.length);
    return { first, logs, octets };
  }

  private reserve(octets: number): void {
    const needed = this.used + octets;
    if (needed <= this.octets.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.octets.length));
    this.octets.copy(larger, 0, 0, this.used);
    this.octets = larger;
  }
}
