import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { TreeCheck } from './data-tree.ts';

/*
 * Where things lie in the two pages at the beginning of LMDB's file, in the byte order of the
 * machine; the engine itself doesn't survive a file that is none of its own, or is cut short.
 */
const FLAGS_AT = 18;
const MAGIC_AT = 24;
const VERSION_AT = 28;
const PAGE_SIZE_AT = 48;
const FREE_TREE_AT = 48;
const MAIN_TREE_AT = 96;
const ROOT_AT = MAIN_TREE_AT + 40;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_OCTETS = 160;

const META = 8;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536];

const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** The two states that the file holds. */
interface Metas {
  readonly pageOctets: number;
  readonly newest: Buffer;
  readonly older: Buffer;
}

/** What is wrong with the head of LMDB's file, or null. @throws Error if it can't be read */
export function headFault(path: string): string | null {
  return withFile(path, (file) => {
    if (fstatSync(file).size === 0) return 'it is empty';
    return readMetas(file) === null ? 'it is no database' : null;
  });
}

/**
 * What is wrong with LMDB's file as a whole, or null: its head, its length, and its trees, each of
 * which must have as many entries as it says. Others may write to it while a transaction for
 * reading is open, which keeps the pages of its state where they are.
 *
 * @param tables that must be there; null for a file that may not be complete
 * @throws Error if it can't be read
 */
export function dataFileFault(path: string, tables: readonly string[] | null): string | null {
  return withFile(path, (file) => {
    // LMDB makes it anew if a broker was killed while it made it.
    if (fstatSync(file).size === 0) return tables === null ? null : 'it is empty';
    const metas = readMetas(file);
    if (metas === null) return 'it is no database';
    const { pageOctets, newest, older } = metas;
    if (!isAsOldAsItSays(file, older, pageOctets)) return 'its head is damaged';
    const snapshot = {
      pageOctets,
      fileOctets: fstatSync(file).size,
      lastPage: Number(newest.readBigUInt64LE(LAST_PAGE_AT)),
      transaction: transactionOf(newest),
    };
    return new TreeCheck(file, snapshot).fault(newest, FREE_TREE_AT, MAIN_TREE_AT, tables);
  });
}

/** Tells how much of LMDB's file is in use: the engine itself is not quick to. */
export class DataFileHead {
  private readonly file: number;
  private readonly pageOctets: number;
  /** The file up to the end of the second state. */
  private readonly octets: Buffer;

  /** @param path of a file whose head is whole @throws Error if it can't be read */
  constructor(path: string) {
    this.file = openSync(path, 'r');
    this.pageOctets = readMeta(this.file, 0).readUInt32LE(PAGE_SIZE_AT);
    this.octets = Buffer.alloc(this.pageOctets + META_OCTETS);
  }

  /** Octets up to the last one that was ever used, after the last commit. */
  usedOctets(): number {
    readSync(this.file, this.octets, 0, this.octets.length, 0);
    const newestAt =
      this.transactionAt(this.pageOctets) > this.transactionAt(0) ? this.pageOctets : 0;
    return (this.numberAt(newestAt + LAST_PAGE_AT) + 1) * this.pageOctets;
  }

  close(): void {
    closeSync(this.file);
  }

  private transactionAt(metaAt: number): number {
    return this.numberAt(metaAt + TRANSACTION_AT);
  }

  /** A number of 64 bits of which the upper 16 are never used. */
  private numberAt(at: number): number {
    return this.octets.readUIntLE(at, 6);
  }
}

function withFile<T>(path: string, work: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

function readMetas(file: number): Metas | null {
  const first = readMeta(file, 0);
  const pageOctets = first.readUInt32LE(PAGE_SIZE_AT);
  if (!PAGE_SIZES.includes(pageOctets)) return null;
  const second = readMeta(file, pageOctets);
  if (!isMeta(first) || !isMeta(second)) return null;
  return transactionOf(first) > transactionOf(second)
    ? { pageOctets, newest: first, older: second }
    : { pageOctets, newest: second, older: first };
}

function readMeta(file: number, at: number): Buffer {
  const meta = Buffer.alloc(META_OCTETS);
  readSync(file, meta, 0, META_OCTETS, at);
  return meta;
}

function isMeta(meta: Buffer): boolean {
  return (
    (meta.readUInt16LE(FLAGS_AT) & META) !== 0 &&
    meta.readUInt32LE(MAGIC_AT) === MAGIC &&
    meta.readUInt32LE(VERSION_AT) === VERSION
  );
}

function transactionOf(meta: Buffer): number {
  return Number(meta.readBigUInt64LE(TRANSACTION_AT));
}

/** Whether this is the older of the two states: else the newer one calls itself older. */
function isAsOldAsItSays(file: number, meta: Buffer, pageOctets: number): boolean {
  const root = meta.readBigUInt64LE(ROOT_AT);
  if (root === NO_PAGE) return true;
  const head = Buffer.alloc(16);
  readSync(file, head, 0, head.length, Number(root) * pageOctets);
  return Number(head.readBigUInt64LE(8)) <= transactionOf(meta);
}
