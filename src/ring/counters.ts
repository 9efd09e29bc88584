import { LINE_OCTETS, WORD_OCTETS } from './layout.ts';

/**
 * What the threads count, in one page of shared memory: each writes its own block, main reads all.
 *
 *      octet
 *          0  | magic | version | number of blocks |                 the creator, once
 *        128  | kind  | beats   | counter 0 | ... | counter 62 |     thread 0 (kind: the creator)
 *        640  | kind  | beats   | counter 0 | ... | counter 62 |     thread 1
 *             ...
 *
 * Counters are doubles (exact to 2^53), written without atomics: one thread writes, aligned doubles
 * don't tear on 64-bit machines, and a reader may be a moment late. A thread that takes the place
 * of a dead one goes on in its block, so that counters never go back.
 */

/** What each kind of thread counts; a new counter is one more name at the end. */
export const COUNTER_NAMES = {
  main: ['contentsIn', 'octetsIn', 'contentsOut', 'octetsOut', 'ringFullEvents', 'wakeups'],
  shard: [
    'contentsIn',
    'octetsIn',
    'contentsRouted',
    'contentsUnroutable',
    'protocolErrors',
    'ringFullEvents',
    'batches',
    'wakeups',
    'copiesOut',
  ],
  writer: [
    'contentsOut',
    'octetsOut',
    'contentsDropped',
    'octetsDropped',
    'batches',
    'congestedEvents',
    'feedFailures',
    'wakeups',
    'sleptMs',
    'batchesLent',
  ],
  store: ['commits', 'commitMs', 'wakeups', 'sleptMs'],
} as const;

/** A kind of thread. */
export type ThreadKind = keyof typeof COUNTER_NAMES;

/** The names of the counters of a kind of thread. */
export type CounterName<K extends ThreadKind> = (typeof COUNTER_NAMES)[K][number];

/** The number of each counter in its block. */
export type CounterSlots<K extends ThreadKind> = Readonly<Record<CounterName<K>, number>>;

/** What a thread has counted, at about one moment. */
export interface CounterSnapshot {
  readonly kind: ThreadKind;
  /** How often the thread said that it lives; wraps at 32 bits. */
  readonly beats: number;
  readonly counters: Readonly<Record<string, number>>;
}

const PAGE_MAGIC = 0x444d5143; // "DMQC"
const PAGE_VERSION = 1;
const BLOCK_OCTETS = 4 * LINE_OCTETS;
const BLOCK_HEADER_OCTETS = 2 * WORD_OCTETS;
const DOUBLE_OCTETS = 8;
/** Counters that a block has room for. */
export const BLOCK_MAX_COUNTERS = (BLOCK_OCTETS - BLOCK_HEADER_OCTETS) / DOUBLE_OCTETS;

/** In words of the page, and of a block. */
const MAGIC_WORD = 0;
const VERSION_WORD = 1;
const BLOCK_COUNT_WORD = 2;
const KIND_WORD = 0;
const BEATS_WORD = 1;

/** The order gives the kinds their codes in the page. */
const KINDS: readonly ThreadKind[] = ['main', 'shard', 'writer', 'store'];

export const MAIN_COUNTERS: CounterSlots<'main'> = slotsOf(COUNTER_NAMES.main);
export const SHARD_COUNTERS: CounterSlots<'shard'> = slotsOf(COUNTER_NAMES.shard);
export const WRITER_COUNTERS: CounterSlots<'writer'> = slotsOf(COUNTER_NAMES.writer);
export const STORE_COUNTERS: CounterSlots<'store'> = slotsOf(COUNTER_NAMES.store);

/** The counters of one thread, as that thread sees them. */
export class CounterBlock {
  private readonly values: Float64Array;
  private readonly words: Int32Array;

  constructor(page: SharedArrayBuffer, at: number) {
    this.values = new Float64Array(page, at + BLOCK_HEADER_OCTETS, BLOCK_MAX_COUNTERS);
    this.words = new Int32Array(page, at, BLOCK_HEADER_OCTETS / WORD_OCTETS);
  }

  /** Counts `amount` more; `slot` is one of the `..._COUNTERS` of the thread's kind. */
  add(slot: number, amount: number): void {
    this.values[slot] += amount;
  }

  get(slot: number): number {
    return this.values[slot];
  }

  /** Says that the thread lives; once per turn of its loop. */
  beat(): void {
    Atomics.store(this.words, BEATS_WORD, (this.words[BEATS_WORD] + 1) | 0);
  }

  /** How often the thread has said so, as another thread sees it. */
  beats(): number {
    return Atomics.load(this.words, BEATS_WORD);
  }
}

/** The page with the blocks of all threads. */
export class CounterPage {
  /** To be handed to the threads. */
  readonly buffer: SharedArrayBuffer;
  private readonly words: Int32Array;
  private readonly blocks: readonly CounterBlock[];

  private constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.words = new Int32Array(buffer);
    const count = this.words[BLOCK_COUNT_WORD];
    this.blocks = Array.from({ length: count }, (_, i) => new CounterBlock(buffer, blockAt(i)));
  }

  /** A page with one block, all zero, for each of `kinds`, in this order. */
  static create(kinds: readonly ThreadKind[]): CounterPage {
    const buffer = new SharedArrayBuffer(blockAt(kinds.length));
    const words = new Int32Array(buffer);
    words[MAGIC_WORD] = PAGE_MAGIC;
    words[VERSION_WORD] = PAGE_VERSION;
    words[BLOCK_COUNT_WORD] = kinds.length;
    kinds.forEach((kind, thread) => {
      words[blockAt(thread) / WORD_OCTETS + KIND_WORD] = KINDS.indexOf(kind);
    });
    return new CounterPage(buffer);
  }

  /**
   * The page that `create` made, in another thread.
   * @throws TypeError if the memory holds none of this layout
   */
  static attach(buffer: SharedArrayBuffer): CounterPage {
    const words = new Int32Array(buffer, 0, Math.min(3, buffer.byteLength >> 2));
    if (words[MAGIC_WORD] !== PAGE_MAGIC || words[VERSION_WORD] !== PAGE_VERSION) {
      throw new TypeError('No page of counters in this memory');
    }
    return new CounterPage(buffer);
  }

  /**
   * The block of thread number `thread`.
   * @throws RangeError if there is none
   */
  block(thread: number): CounterBlock {
    const block = this.blocks[thread];
    if (block === undefined) throw new RangeError(`There is no block of counters ${thread}`);
    return block;
  }

  /**
   * What thread number `thread` has counted.
   * @throws RangeError if there is none
   */
  snapshot(thread: number): CounterSnapshot {
    const block = this.block(thread);
    const kind = KINDS[this.words[blockAt(thread) / WORD_OCTETS + KIND_WORD]];
    const counters: Record<string, number> = {};
    COUNTER_NAMES[kind].forEach((name, slot) => {
      counters[name] = block.get(slot);
    });
    return { kind, beats: block.beats(), counters };
  }

  /** What all threads have counted, in the order of creation. */
  snapshots(): CounterSnapshot[] {
    return this.blocks.map((_, thread) => this.snapshot(thread));
  }
}

/** Offset of a thread's block in the page; of its end for the number of threads. */
export function blockAt(thread: number): number {
  return LINE_OCTETS + thread * BLOCK_OCTETS;
}

function slotsOf<N extends string>(names: readonly N[]): Readonly<Record<N, number>> {
  return Object.fromEntries(names.map((name, slot) => [name, slot])) as Record<N, number>;
}
