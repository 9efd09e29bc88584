import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { open } from 'lmdb';
import type { Batch } from './batch.ts';
import { type ChunkIndex, settledBits } from './chunk-index.ts';
import { dataFileFault } from './data-file.ts';
import { DATA_FILE } from './store-directory.ts';

/**
 * The one file that knows the engine: LMDB. Chunks, the bits of their settled entries, taken marks
 * and definitions are tables of one environment, so that a batch is one transaction; it is on disk
 * (fdatasync) when `commit` returns. What a transaction replaces stays in place until the next one
 * is complete, so that a write that was torn by a power cut is never read.
 */
export class StoreEngine {
  private readonly root: RootDatabase<Buffer, string>;
  private readonly chunks: Database<Buffer, number>;
  private readonly settled: Database<Buffer, number>;
  private readonly taken: Database<number, number>;
  private readonly definitions: Database<string, string>;

  /** @throws Error if the files can't be opened or are no LMDB environment */
  constructor(directory: string, readOnly: boolean) {
    const path = join(directory, DATA_FILE);
    const fault = existsSync(path) ? dataFileFault(path) : null;
    if (fault !== null) throw new Error(`${DATA_FILE}: ${fault}`);
    // A commit returns when it is on disk: the engine's default returns earlier.
    this.root = open<Buffer, string>({
      path: directory,
      maxDbs: 8,
      encoding: 'binary',
      overlappingSync: false,
      readOnly,
    });
    this.chunks = this.root.openDB<Buffer, number>({ name: 'chunks', encoding: 'binary' });
    this.settled = this.root.openDB<Buffer, number>({ name: 'settled', encoding: 'binary' });
    this.taken = this.root.openDB<number, number>({ name: 'taken', encoding: 'ordered-binary' });
    this.definitions = this.root.openDB<string, string>({
      name: 'definitions',
      encoding: 'string',
    });
  }

  /** Every definition by its key. */
  *allDefinitions(): Iterable<readonly [key: string, value: string]> {
    for (const { key, value } of this.definitions.getRange()) yield [key, value];
  }

  /** Every taken mark: log and entry. */
  *allTaken(): Iterable<readonly [log: number, entry: number]> {
    for (const { key, value } of this.taken.getRange()) yield [key, value];
  }

  /** Number of chunks. */
  chunkCount(): number {
    return this.chunks.getCount();
  }

  /** The chunk whose first entry that is, or null. */
  chunk(first: number): Buffer | null {
    return this.chunks.get(first) ?? null;
  }

  /** Every chunk in the order of entries, with the bits of its settled entries or null. */
  *allChunks(): Iterable<readonly [first: number, octets: Buffer, settled: Buffer | null]> {
    for (const { key, value } of this.chunks.getRange()) {
      yield [key, value, this.settled.get(key) ?? null];
    }
  }

  /**
   * Stores a batch and what has changed in older chunks, all or nothing, and waits for the disk.
   *
   * @throws Error, with nothing changed, if it can't be written
   */
  commit(batch: Batch, index: ChunkIndex): void {
    const { definitions } = batch;
    const chunks = batch.chunks();
    const marks = batch.marks();
    const { changed } = index;
    if (definitions.length + chunks.length + marks.length + changed.length > 0) {
      this.root.transactionSync(() => {
        for (const { key, value } of definitions) {
          if (value === null) this.definitions.removeSync(key);
          else this.definitions.putSync(key, value);
        }
        for (const { first, octets } of chunks) this.chunks.putSync(first, octets);
        for (const chunk of changed) {
          if (chunk.alive > 0) {
            this.settled.putSync(chunk.first, settledBits(chunk));
          } else {
            this.chunks.removeSync(chunk.first);
            this.settled.removeSync(chunk.first);
          }
        }
        for (const { log, entry } of marks) {
          if (entry === 0) this.taken.removeSync(log);
          else this.taken.putSync(log, entry);
        }
      });
    }
    index.changesStored();
    for (const { first, logs } of chunks) index.add(first, logs);
    batch.clear();
  }

  /** Copies a consistent state to another directory, while others write. */
  async backup(target: string): Promise<void> {
    await this.root.backup(target, true);
  }

  async close(): Promise<void> {
    await this.root.close();
  }
}
