import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, RootDatabase } from 'lmdb';
import { open } from 'lmdb';
import type { Batch } from './batch.ts';
import {
  type CheckedNumber,
  checkedNumber,
  checkedOctets,
  checkedText,
  uncheckedNumber,
  uncheckedOctets,
  uncheckedText,
} from './checked-value.ts';
import { chunkFault, chunkFirst, chunkSpan } from './chunk-format.ts';
import { type ChunkIndex, settledBits } from './chunk-index.ts';
import { commitGrowth } from './commit-growth.ts';
import { DataFileHead, dataFileFault, headFault } from './data-file.ts';
import { SpaceAhead } from './space-ahead.ts';
import { DATA_FILE, isStoreDirectory, storedFormat } from './store-directory.ts';

/** Tables of the environment. */
const TABLES = ['chunks', 'settled', 'taken', 'definitions'] as const;

/** Since when what is stored beside messages has checksums. */
const CHECKED_FORMAT = 2;

/** Pages at the beginning of the file. */
const META_PAGES = 2;

/** What opening a directory may add to the file: the tables. */
const OPENING_OCTETS = 256 * 1024;

/** What LMDB tells of a tree. */
interface TreeStats {
  readonly pageSize: number;
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

/** What LMDB tells of all, and of the tree of tables. */
interface EngineStats extends TreeStats {
  readonly free: TreeStats;
}

/** A chunk with what is known of it. */
export interface StoredChunk {
  readonly first: number;
  readonly octets: Buffer;
  /** The bits of its settled entries, null if none are. */
  readonly settled: Buffer | null;
  /** What is wrong; of a chunk that isn't whole nothing may be read. */
  readonly fault: string | null;
}

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
  /** In format 1 a number alone. */
  private readonly taken: Database<CheckedNumber | number, number>;
  private readonly definitions: Database<string, string>;
  /** What is stored beside messages has checksums: since format 2. */
  private isChecked: boolean;
  private readonly head: DataFileHead;
  /** Null for who only reads. */
  private readonly space: SpaceAhead | null;

  /** @throws Error if the files can't be opened or are no LMDB environment */
  constructor(directory: string, readOnly: boolean) {
    const path = join(directory, DATA_FILE);
    const tables = isStoreDirectory(directory) ? TABLES : null;
    if (existsSync(path)) {
      // A file that is used is looked at when its state is held fast, below.
      refuse(readOnly ? headFault(path) : dataFileFault(path, tables));
    }
    // A commit returns when it is on disk: the engine's default returns earlier.
    this.root = open<Buffer, string>({
      path: directory,
      maxDbs: 8,
      encoding: 'binary',
      overlappingSync: false,
      readOnly,
    });
    if (readOnly) refuse(this.heldFault(path, tables));
    this.head = new DataFileHead(path);
    this.space = readOnly ? null : new SpaceAhead(path);
    this.space?.reserve(this.usedOctets(), OPENING_OCTETS);
    this.chunks = this.root.openDB<Buffer, number>({ name: 'chunks', encoding: 'binary' });
    this.settled = this.root.openDB<Buffer, number>({ name: 'settled', encoding: 'binary' });
    this.taken = this.root.openDB<CheckedNumber | number, number>({
      name: 'taken',
      encoding: 'ordered-binary',
    });
    this.definitions = this.root.openDB<string, string>({
      name: 'definitions',
      encoding: 'string',
    });
    this.isChecked = storedFormat(directory) >= CHECKED_FORMAT;
    if (!this.isChecked && !readOnly) this.addChecksums();
  }

  /** Brings format 1 up to date; does no harm to what has been brought so before. */
  private addChecksums(): void {
    this.space?.reserve(this.usedOctets(), 2 * this.treeOctets() + OPENING_OCTETS);
    this.root.transactionSync(() => {
      for (const { key, value } of [...this.definitions.getRange()]) {
        if (uncheckedText(key, value) === null) {
          this.definitions.putSync(key, checkedText(key, value));
        }
      }
      for (const { key, value } of [...this.settled.getRange()]) {
        if (uncheckedOctets(key, value) === null) {
          this.settled.putSync(key, checkedOctets(key, value));
        }
      }
      for (const { key, value } of [...this.taken.getRange()]) {
        if (typeof value === 'number') this.taken.putSync(key, checkedNumber(key, value));
      }
    });
    this.isChecked = true;
  }

  private settledOf(first: number, stored: Buffer): Buffer | null {
    return this.isChecked ? uncheckedOctets(first, stored) : stored;
  }

  /** What is wrong with the file, which another process may be writing to. */
  private heldFault(path: string, tables: readonly string[] | null): string | null {
    const state = this.root.useReadTransaction();
    try {
      // A head that was being written at the moment is whole at the next look.
      return dataFileFault(path, tables) === null ? null : dataFileFault(path, tables);
    } finally {
      state.done();
    }
  }

  /** Every definition by its key; null for one that is damaged. */
  *allDefinitions(): Iterable<readonly [key: string, value: string | null]> {
    for (const { key, value } of this.definitions.getRange()) {
      yield [key, this.isChecked ? uncheckedText(key, value) : value];
    }
  }

  /** Every taken mark: log and entry; null for one that is damaged. */
  *allTaken(): Iterable<readonly [log: number, entry: number | null]> {
    for (const { key, value } of this.taken.getRange()) {
      yield [key, this.isChecked ? uncheckedNumber(key, value) : Number(value)];
    }
  }

  /** Number of chunks. */
  chunkCount(): number {
    return this.chunks.getCount();
  }

  /** The chunk whose first entry that is, or null. */
  chunk(first: number): Buffer | null {
    return this.chunks.get(first) ?? null;
  }

  /** Every chunk in the order of entries. */
  *allChunks(): Iterable<StoredChunk> {
    for (const { key: first, value: octets } of this.chunks.getRange()) {
      const stored = this.settled.get(first);
      const settled = stored === undefined ? null : this.settledOf(first, stored);
      const fault = chunkFault(octets) ?? faultBeside(first, octets, stored, settled);
      yield { first, octets, settled, fault };
    }
  }

  /**
   * Stores a batch and what has changed in older chunks, all or nothing, and waits for the disk.
   *
   * @throws Error, with nothing changed, if it can't be written or there is no space for it
   */
  commit(batch: Batch, index: ChunkIndex): void {
    const { definitions } = batch;
    const chunks = batch.chunks();
    const marks = batch.marks();
    const { changed } = index;
    if (definitions.length + chunks.length + marks.length + changed.length > 0) {
      const change = { chunks, changed, definitions, marks };
      const growth = commitGrowth(change, () => this.treeOctets());
      this.space?.reserve(this.usedOctets(), growth);
      this.root.transactionSync(() => {
        for (const { key, value } of definitions) {
          if (value === null) this.definitions.removeSync(key);
          else this.definitions.putSync(key, checkedText(key, value));
        }
        for (const { first, octets } of chunks) this.chunks.putSync(first, octets);
        for (const chunk of changed) {
          if (chunk.alive > 0) {
            this.settled.putSync(chunk.first, checkedOctets(chunk.first, settledBits(chunk)));
          } else {
            this.chunks.removeSync(chunk.first);
            this.settled.removeSync(chunk.first);
          }
        }
        for (const { log, entry } of marks) {
          if (entry === 0) this.taken.removeSync(log);
          else this.taken.putSync(log, checkedNumber(log, entry));
        }
      });
    }
    index.changesStored();
    for (const { first, logs } of chunks) index.add(first, logs);
    batch.clear();
  }

  /** Octets of the file that hold nothing and are used again: all pages less those of the trees. */
  reusableOctets(): number {
    const pages = this.trees().map((tree) => pagesOf(tree) + tree.overflowPages);
    const { pageSize } = this.stats();
    return this.usedOctets() - pages.reduce((sum, count) => sum + count, META_PAGES) * pageSize;
  }

  /** Octets of the file up to the last one that was ever used. */
  usedOctets(): number {
    return this.head.usedOctets();
  }

  /** Octets of the file that were taken ahead: what is committed fits there, full disk or not. */
  aheadOctets(): number {
    return this.space?.octetsBehind(this.usedOctets()) ?? 0;
  }

  /** Octets of all trees without large values. */
  private treeOctets(): number {
    return this.trees().reduce((sum, tree) => sum + pagesOf(tree) * tree.pageSize, 0);
  }

  private trees(): TreeStats[] {
    const tables = [this.chunks, this.settled, this.taken, this.definitions];
    const whole = this.stats();
    return [whole, whole.free, ...tables.map((table) => table.getStats() as TreeStats)];
  }

  private stats(): EngineStats {
    return this.root.getStats() as EngineStats;
  }

  /** Copies a consistent state to another directory, while others write. */
  async backup(target: string): Promise<void> {
    await this.root.backup(target, true);
  }

  async close(): Promise<void> {
    await this.root.close();
    this.space?.close();
    this.head.close();
  }
}

function pagesOf(tree: TreeStats): number {
  return tree.treeBranchPageCount + tree.treeLeafPageCount;
}

function refuse(fault: string | null): void {
  if (fault !== null) throw new Error(`${DATA_FILE}: ${fault}`);
}

function faultBeside(
  first: number,
  octets: Buffer,
  stored: Buffer | undefined,
  settled: Buffer | null,
): string | null {
  if (chunkFirst(octets) !== first) return `it calls itself ${chunkFirst(octets)}`;
  if (stored === undefined) return null;
  if (settled === null) return 'the checksum of what is known of its entries is wrong';
  if (settled.length === (chunkSpan(octets) + 7) >> 3) return null;
  return 'what is known of its entries is of another size';
}
