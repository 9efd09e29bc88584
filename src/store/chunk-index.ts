import { NO_LOG } from './chunk-format.ts';

/** Chunks that are gone stay in the list until they are this many, and half of it. */
const HOLES_MIN = 1024;

/** What is known of a stored chunk: which of its entries are alive, and whose they are. */
export interface IndexedChunk {
  readonly first: number;
  /** By entry number less `first`: the log, or NO_LOG when the entry is done with. */
  readonly logs: Int32Array;
  alive: number;
  /** In `changed` already. */
  isChanged: boolean;
}

/**
 * The chunks in the data directory in the order of their entries, 4 octets for each entry. It knows
 * what is alive; what has changed since the last commit is collected for the next.
 */
export class ChunkIndex {
  /** Chunks of which entries were settled since `changesStored`. */
  readonly changed: IndexedChunk[] = [];
  private chunks: IndexedChunk[] = [];
  private gone = 0;
  private readonly aliveByLog = new Map<number, number>();

  /** Adds a chunk behind all others. */
  add(first: number, logs: Int32Array): IndexedChunk {
    let alive = 0;
    for (const log of logs) {
      if (log === NO_LOG) continue;
      alive++;
      this.count(log, 1);
    }
    const chunk = { first, logs, alive, isChanged: false };
    this.chunks.push(chunk);
    return chunk;
  }

  /** Entries of a log that are stored and not done with. */
  aliveIn(log: number): number {
    return this.aliveByLog.get(log) ?? 0;
  }

  /** An entry is done with; one that is so already, or was never stored, is fine. */
  settle(entry: number): void {
    const chunk = this.chunks[this.indexOf(entry)];
    if (chunk !== undefined) this.settleIn(chunk, entry - chunk.first);
  }

  /** All entries of a log from `first` to `last` are done with. */
  purge(log: number, first: number, last: number): void {
    if (this.aliveIn(log) === 0) return;
    for (let i = Math.max(0, this.indexOf(first)); i < this.chunks.length; i++) {
      const chunk = this.chunks[i];
      if (chunk.first > last || this.aliveIn(log) === 0) return;
      if (chunk.alive === 0) continue;
      for (let at = 0; at < chunk.logs.length; at++) {
        const entry = chunk.first + at;
        if (chunk.logs[at] === log && entry >= first && entry <= last) this.settleIn(chunk, at);
      }
    }
  }

  /** The chunks in which entries of a log from `first` to `last` are stored and not done with. */
  chunksWith(log: number, first: number, last: number): IndexedChunk[] {
    const found: IndexedChunk[] = [];
    for (let i = Math.max(0, this.indexOf(first)); i < this.chunks.length; i++) {
      const chunk = this.chunks[i];
      if (chunk.first > last) break;
      const from = Math.max(0, first - chunk.first);
      const at = chunk.logs.indexOf(log, from);
      if (at >= 0 && chunk.first + at <= last) found.push(chunk);
    }
    return found;
  }

  /** What `changed` holds is on disk. */
  changesStored(): void {
    for (const chunk of this.changed) {
      chunk.isChanged = false;
      if (chunk.alive === 0) this.gone++;
    }
    this.changed.length = 0;
    if (this.gone < HOLES_MIN || 2 * this.gone < this.chunks.length) return;
    this.chunks = this.chunks.filter(({ alive }) => alive > 0);
    this.gone = 0;
  }

  private settleIn(chunk: IndexedChunk, at: number): void {
    const log = chunk.logs[at];
    if (log === undefined || log === NO_LOG) return;
    chunk.logs[at] = NO_LOG;
    chunk.alive--;
    this.count(log, -1);
    if (chunk.isChanged) return;
    chunk.isChanged = true;
    this.changed.push(chunk);
  }

  private count(log: number, by: number): void {
    const count = this.aliveIn(log) + by;
    if (count === 0) this.aliveByLog.delete(log);
    else this.aliveByLog.set(log, count);
  }

  /** Index of the last chunk that begins at or before the entry, -1 when all begin later. */
  private indexOf(entry: number): number {
    const { chunks } = this;
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (chunks[middle].first <= entry) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The entries of a chunk that are done with, one bit each, the lowest of an octet first. */
export function settledBits(chunk: IndexedChunk): Buffer {
  const bits = Buffer.alloc((chunk.logs.length + 7) >> 3);
  for (let at = 0; at < chunk.logs.length; at++) {
    if (chunk.logs[at] === NO_LOG) bits[at >> 3] |= 1 << (at & 7);
  }
  return bits;
}

/** Whether a bit of `settledBits` is set. */
export function isSettled(bits: Buffer, at: number): boolean {
  return ((bits[at >> 3] >> (at & 7)) & 1) !== 0;
}
