import { readSync } from 'node:fs';

/*
 * How LMDB (format 2) lays out a page, in the byte order of the machine:
 *
 *     page number 8 | transaction 8 | pad 2 | flags 2 | lower 2 | upper 2 | places of nodes, 2 each
 *
 * Places count from the end of this head; `lower` is where the list of places ends, `upper` where
 * the nodes begin. A node, in the order of the keys:
 *
 *     low 2 | high 2 | flags 2 | key length 2 | key | data
 *
 * In a branch low, high and flags are the number of the page below; in a leaf low and high are the
 * length of the data, which may lie on pages of its own: their number 8 | transaction 8 | count 8.
 * On the first of these pages, `lower` and `upper` together are their count.
 */
const FLAGS_AT = 18;
const LOWER_AT = 20;
const UPPER_AT = 22;
const HEAD_OCTETS = 24;
const NODE_HEAD_OCTETS = 8;

const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;

const NODE_ELSEWHERE = 1;
const NODE_TREE = 2;
const ELSEWHERE_OCTETS = 24;

/** Octets of a tree's record. */
export const TREE_OCTETS = 48;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** What a tree says of itself, in a meta page or as a value of the main tree. */
interface TreeRecord {
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Null for a tree that is empty. */
  readonly root: number | null;
}

/** Keys that a page may hold: from `from` on (null for any) and below `to` (null for any). */
interface Range {
  readonly from: Buffer | null;
  readonly to: Buffer | null;
}

/** What is wrong, for people. */
class Fault extends Error {}

/** A state of LMDB's file that can be read. */
export interface Snapshot {
  readonly pageOctets: number;
  readonly fileOctets: number;
  /** Number of the last page in use. */
  readonly lastPage: number;
  /** The transaction that made it: no page of it is of a later one. */
  readonly transaction: number;
}

/**
 * Walks the trees of LMDB's file without LMDB, which trusts what it reads: a damaged page may end
 * the process, or hide what is behind it. Reads each page of the trees once, but not what lies on
 * pages of its own.
 */
export class TreeCheck {
  private readonly file: number;
  private readonly snapshot: Snapshot;
  private readonly used: Uint8Array;
  private counted = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };

  /** @param file descriptor of LMDB's file, open for reading */
  constructor(file: number, snapshot: Snapshot) {
    this.file = file;
    this.snapshot = snapshot;
    this.used = new Uint8Array(Math.ceil((snapshot.lastPage + 1) / 8));
  }

  /**
   * @param free where the record of the tree of free pages lies in `meta`
   * @param main where that of the main tree does, which holds all the others
   * @param names of the trees that must be there; null if some may be missing
   * @returns what is wrong, or null
   */
  fault(meta: Buffer, free: number, main: number, names: readonly string[] | null): string | null {
    try {
      this.tree(readTree(meta, free), 'free pages', null, false);
      const trees = new Map<string, TreeRecord>();
      this.tree(readTree(meta, main), 'tables', trees, true);
      const missing = names?.find((name) => !trees.has(name));
      if (missing !== undefined) throw new Fault(`the table ${missing} is missing`);
      for (const [name, tree] of trees) this.tree(tree, name, null, true);
      return null;
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  }

  /** @param isOrdered keys are in the order of their octets */
  private tree(
    tree: TreeRecord,
    name: string,
    trees: Map<string, TreeRecord> | null,
    isOrdered: boolean,
  ): void {
    this.counted = { branchPages: 0, leafPages: 0, overflowPages: 0, entries: 0 };
    if (tree.root !== null) {
      this.page(tree.root, tree.depth, isOrdered ? { from: null, to: null } : null, trees);
    }
    const { branchPages, leafPages, overflowPages, entries } = this.counted;
    if (
      branchPages !== tree.branchPages ||
      leafPages !== tree.leafPages ||
      overflowPages !== tree.overflowPages ||
      entries !== tree.entries
    ) {
      throw new Fault(`${name}: ${entries} entries were found and ${tree.entries} must be there`);
    }
  }

  /** Walks what is at and below a page; `height` is 1 for a leaf. */
  private page(
    number: number,
    height: number,
    range: Range | null,
    trees: Map<string, TreeRecord> | null,
  ): void {
    const page = this.read(number, this.snapshot.pageOctets);
    const isLeaf = height === 1;
    if (height < 1 || page.readUInt16LE(FLAGS_AT) !== (isLeaf ? LEAF : BRANCH)) {
      throw new Fault(`page ${number} is of another kind`);
    }
    const lower = page.readUInt16LE(LOWER_AT);
    const upper = page.readUInt16LE(UPPER_AT);
    if (lower % 2 !== 0 || lower > upper || HEAD_OCTETS + upper > page.length) {
      throw new Fault(`page ${number}: its bounds make no sense`);
    }
    const nodes = this.nodes(page, number, lower, upper);
    if (range !== null) checkOrder(nodes, number, isLeaf, range);
    if (isLeaf) {
      this.counted.leafPages++;
      this.counted.entries += nodes.length;
      for (const node of nodes) this.leaf(node, number, trees);
      return;
    }
    this.counted.branchPages++;
    nodes.forEach((node, i) => {
      const from = i === 0 ? range?.from : node.key;
      const to = nodes.at(i + 1)?.key ?? range?.to;
      const below = range === null ? null : { from: from ?? null, to: to ?? null };
      this.page(node.number + node.flags * 2 ** 32, height - 1, below, trees);
    });
  }

  private nodes(page: Buffer, number: number, lower: number, upper: number): Node[] {
    const isLeaf = page.readUInt16LE(FLAGS_AT) === LEAF;
    const nodes: Node[] = [];
    for (let place = 0; place < lower; place += 2) {
      const offset = page.readUInt16LE(HEAD_OCTETS + place);
      const at = HEAD_OCTETS + offset;
      const node = at + NODE_HEAD_OCTETS <= page.length ? readNode(page, at, isLeaf) : null;
      if (offset < upper || node === null) {
        throw new Fault(`page ${number}: an entry lies outside`);
      }
      nodes.push(node);
    }
    if (nodes.length === 0) throw new Fault(`page ${number} is empty`);
    return nodes;
  }

  private leaf(node: Node, number: number, trees: Map<string, TreeRecord> | null): void {
    if (node.flags === NODE_ELSEWHERE) {
      this.elsewhere(node.data, node.number, number);
    } else if (node.flags === NODE_TREE && trees !== null && node.data.length === TREE_OCTETS) {
      trees.set(textOf(node.key), readTree(node.data, 0));
    } else if (node.flags !== 0 || trees !== null) {
      throw new Fault(`page ${number}: an entry is of an unknown kind`);
    }
  }

  /** Data that lies on pages of its own. */
  private elsewhere(data: Buffer, length: number, number: number): void {
    const first = readNumber(data, 0);
    const count = readNumber(data, 16);
    const needed = Math.floor((HEAD_OCTETS - 1 + length) / this.snapshot.pageOctets) + 1;
    if (count !== needed) throw new Fault(`page ${number}: the length of an entry makes no sense`);
    const head = this.read(first, HEAD_OCTETS);
    if (head.readUInt16LE(FLAGS_AT) !== OVERFLOW || head.readUInt32LE(LOWER_AT) !== count) {
      throw new Fault(`page ${first} is of another kind`);
    }
    for (let i = 1; i < count; i++) this.use(first + i);
    this.counted.overflowPages += count;
  }

  /** The beginning of a page that is used here and nowhere else. */
  private read(number: number, octets: number): Buffer {
    this.use(number);
    const page = Buffer.allocUnsafe(octets);
    const read = readSync(this.file, page, 0, octets, number * this.snapshot.pageOctets);
    if (read < octets || readNumber(page, 0) !== number) {
      throw new Fault(`page ${number} is another one`);
    }
    if (readNumber(page, 8) > this.snapshot.transaction) {
      throw new Fault(`page ${number} is newer than what it belongs to`);
    }
    return page;
  }

  private use(number: number): void {
    const { pageOctets, fileOctets, lastPage } = this.snapshot;
    if (number > lastPage) throw new Fault(`page ${number} is behind the last one`);
    if ((number + 1) * pageOctets > fileOctets) {
      throw new Fault(
        `it is cut short: it has ${fileOctets} octets, and page ${number} is missing`,
      );
    }
    const bit = 1 << (number & 7);
    if ((this.used[number >> 3] & bit) !== 0) throw new Fault(`page ${number} is used twice`);
    this.used[number >> 3] |= bit;
  }
}

interface Node {
  readonly key: Buffer;
  readonly data: Buffer;
  readonly flags: number;
  /** Low and high: the length of a leaf's data, most of the number of the page below a branch. */
  readonly number: number;
}

/** @returns null for a node that isn't within its page */
function readNode(page: Buffer, at: number, isLeaf: boolean): Node | null {
  const number = page.readUInt32LE(at);
  const flags = page.readUInt16LE(at + 4);
  const dataAt = at + NODE_HEAD_OCTETS + page.readUInt16LE(at + 6);
  const here = flags === NODE_ELSEWHERE ? ELSEWHERE_OCTETS : number;
  const end = isLeaf ? dataAt + here : dataAt;
  if (end > page.length) return null;
  const key = page.subarray(at + NODE_HEAD_OCTETS, dataAt);
  return { key, data: page.subarray(dataAt, end), flags, number };
}

function checkOrder(nodes: readonly Node[], number: number, isLeaf: boolean, range: Range): void {
  let last = range.from;
  // The first key of a branch says nothing.
  for (let i = isLeaf ? 0 : 1; i < nodes.length; i++) {
    const { key } = nodes[i];
    const order = last === null ? 1 : Buffer.compare(key, last);
    const isFirst = i === 0;
    if (order < 0 || (order === 0 && !isFirst)) {
      throw new Fault(`page ${number}: its entries are out of order`);
    }
    last = key;
  }
  if (range.to !== null && last !== null && Buffer.compare(last, range.to) >= 0) {
    throw new Fault(`page ${number}: its entries are out of order`);
  }
}

function readTree(octets: Buffer, at: number): TreeRecord {
  return {
    depth: octets.readUInt16LE(at + 6),
    branchPages: readNumber(octets, at + 8),
    leafPages: readNumber(octets, at + 16),
    overflowPages: readNumber(octets, at + 24),
    entries: readNumber(octets, at + 32),
    root: octets.readBigUInt64LE(at + 40) === NO_PAGE ? null : readNumber(octets, at + 40),
  };
}

/** Names end with a 0. */
function textOf(key: Buffer): string {
  const end = key.indexOf(0);
  return key.toString('utf8', 0, end < 0 ? key.length : end);
}

/** Exact below 2^53; what is greater is no number of a page. */
function readNumber(octets: Buffer, at: number): number {
  return octets.readUInt32LE(at) + octets.readUInt32LE(at + 4) * 2 ** 32;
}
