import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/*
 * Where things lie in the two pages at the beginning of LMDB's file, in the byte order of the
 * machine; the engine itself doesn't survive a file that is none of its own, or is cut short.
 */
const MAGIC_AT = 24;
const VERSION_AT = 28;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const META_OCTETS = 160;

const MAGIC = 0xbeefc0de;
const VERSION = 2;
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536];

/** What is wrong with LMDB's file as a whole, or null. @throws Error if it can't be read */
export function dataFileFault(path: string): string | null {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    // A broker that was killed while it made the file: LMDB makes it anew.
    if (size === 0) return null;
    const first = readMeta(file, 0);
    const pageOctets = first.readUInt32LE(PAGE_SIZE_AT);
    if (!PAGE_SIZES.includes(pageOctets)) return 'it is no database';
    const metas = [first, readMeta(file, pageOctets)];
    if (!metas.every(isMeta)) return 'it is no database';
    metas.sort((a, b) =>
      Number(b.readBigUInt64LE(TRANSACTION_AT) - a.readBigUInt64LE(TRANSACTION_AT)),
    );
    const needed = (Number(metas[0].readBigUInt64LE(LAST_PAGE_AT)) + 1) * pageOctets;
    return size < needed ? `it has ${size} octets and should have ${needed}` : null;
  } finally {
    closeSync(file);
  }
}

function readMeta(file: number, at: number): Buffer {
  const meta = Buffer.alloc(META_OCTETS);
  readSync(file, meta, 0, META_OCTETS, at);
  return meta;
}

function isMeta(meta: Buffer): boolean {
  return meta.readUInt32LE(MAGIC_AT) === MAGIC && meta.readUInt32LE(VERSION_AT) === VERSION;
}
