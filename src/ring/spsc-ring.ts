import {
  CAPACITY_WORD,
  DATA_AT,
  HEAD_WORD,
  MAGIC_WORD,
  RING_LAYOUT_VERSION,
  RING_MAGIC,
  RING_MAX_CAPACITY_OCTETS,
  RING_MIN_CAPACITY_OCTETS,
  TAIL_WORD,
  VERSION_WORD,
  WORD_OCTETS,
} from './layout.ts';
import { BufferWords, type SharedWords } from './shared-words.ts';

/**
 * One ring in shared memory, from one thread to one other. It only says where things are: the
 * writing thread makes a RingProducer of it, the reading thread a RingConsumer. Either can be made
 * anew over the same memory when its thread died: it goes on where the published positions are.
 */
export class SpscRing {
  /** Octets for records, a power of two. */
  readonly capacity: number;
  /** The whole memory, word by word. */
  readonly words: SharedWords;
  /** The record area, `capacity` octets. */
  readonly bytes: Buffer;
  /** The record area once more, for copies of payloads word by word. */
  readonly bytesAsWords: Int32Array;

  constructor(capacity: number, words: SharedWords, bytes: Buffer) {
    this.capacity = capacity;
    this.words = words;
    this.bytes = bytes;
    this.bytesAsWords = new Int32Array(bytes.buffer, bytes.byteOffset, capacity / WORD_OCTETS);
  }

  /** Octets of records that are published and not released, as any thread may ask. */
  usedOctets(): number {
    const head = this.words.load(HEAD_WORD);
    // Both may have moved on in between.
    return Math.min((this.words.load(TAIL_WORD) - head) | 0, this.capacity);
  }

  /**
   * The memory of a new, empty ring, to be attached by the two threads.
   * @throws RangeError if the capacity isn't a power of two between 256 and 2^30 octets
   */
  static create(capacityOctets: number): SharedArrayBuffer {
    if (!isCapacity(capacityOctets)) {
      throw new RangeError(`A ring can't have a capacity of ${capacityOctets} octets`);
    }
    const buffer = new SharedArrayBuffer(DATA_AT + capacityOctets);
    const words = new BufferWords(buffer);
    words.store(CAPACITY_WORD, capacityOctets);
    words.store(VERSION_WORD, RING_LAYOUT_VERSION);
    words.store(MAGIC_WORD, RING_MAGIC);
    return buffer;
  }

  /**
   * The ring in memory that `create` made, in whichever thread.
   * @throws TypeError if the memory holds no ring of this layout
   */
  static attach(buffer: SharedArrayBuffer): SpscRing {
    if (buffer.byteLength < DATA_AT) throw new TypeError('No ring in this memory: too short');
    const words = new BufferWords(buffer);
    if (words.load(MAGIC_WORD) !== RING_MAGIC) throw new TypeError('No ring in this memory');
    const version = words.load(VERSION_WORD);
    if (version !== RING_LAYOUT_VERSION) {
      throw new TypeError(`Ring of layout version ${version}, expected ${RING_LAYOUT_VERSION}`);
    }
    const capacity = words.load(CAPACITY_WORD);
    if (!isCapacity(capacity) || buffer.byteLength !== DATA_AT + capacity) {
      throw new TypeError(`Ring of ${capacity} octets in ${buffer.byteLength} octets of memory`);
    }
    return new SpscRing(capacity, words, Buffer.from(buffer, DATA_AT, capacity));
  }
}

function isCapacity(octets: number): boolean {
  if (!Number.isInteger(octets)) return false;
  if (octets < RING_MIN_CAPACITY_OCTETS || octets > RING_MAX_CAPACITY_OCTETS) return false;
  return (octets & (octets - 1)) === 0;
}
