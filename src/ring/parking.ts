import { LINE_OCTETS, WORD_OCTETS } from './layout.ts';
import { BufferWords, type SharedWords } from './shared-words.ts';

/**
 * Sleeping and waking. Each thread that reads rings has one word, however many rings it reads:
 *
 *     reader                              writer of one of its rings
 *     1 drains all rings                  1 publishes records (stores the tail)
 *     2 stores SLEEPING or RESTING        2 loads the word; AWAKE: done
 *     3 looks into all rings again        3 exchanges it for AWAKE; not the first: done
 *     4 nothing: sleeps                   4 wakes the reader
 *
 * Steps 1 and 2 of the two are stores, the loads come after them: whoever comes second sees the
 * other's store. So either the reader finds the record or the writer finds the reader parked.
 */

const AWAKE = 0;
/** Blocked in `Atomics.wait`, or about to. */
const SLEEPING = 1;
/** Gone back to its event loop, where only a message reaches it. */
const RESTING = 2;

/**
 * Longest sleep, whatever is asked for: nobody may depend on being woken alone. A second costs
 * nothing and bounds what a lost writer thread or an unforeseen event can do.
 */
export const MAX_SLEEP_MS = 1000;

/** What a thread looks into before it sleeps: its rings, and whatever else may bring it work. */
export interface WorkSource {
  /** Whether there is work, as other threads see it now. */
  hasPublished(): boolean;
}

/** Memory for the doorbells of `threadCount` threads, each on a line of its own, all AWAKE. */
export function createDoorbells(threadCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(threadCount * LINE_OCTETS);
}

/** The word of thread number `thread` in the memory of `createDoorbells`. */
export function doorbellWord(thread: number): number {
  return (thread * LINE_OCTETS) / WORD_OCTETS;
}

/** The button: what those who bring work to a thread hold. */
export class Doorbell {
  private readonly words: SharedWords;
  private readonly word: number;

  constructor(words: SharedWords, word: number) {
    this.words = words;
    this.word = word;
  }

  /** @throws RangeError if there is no such doorbell */
  static attach(doorbells: SharedArrayBuffer, thread: number): Doorbell {
    return new Doorbell(attachWords(doorbells, thread), doorbellWord(thread));
  }

  /**
   * Wakes the thread if it is parked; to be called after the work was published.
   * @returns true if the thread rests in its event loop: the caller must post it a message. Of all
   *   who ring, only one is told so each time that it rests.
   */
  ring(): boolean {
    const state = this.words.load(this.word);
    if (state === AWAKE) return false;
    if (this.words.compareExchange(this.word, state, AWAKE) !== state) return false;
    if (state === RESTING) return true;
    this.words.notify(this.word);
    return false;
  }
}

/** The bed: what the thread itself holds. */
export class Parking {
  private readonly words: SharedWords;
  private readonly word: number;

  constructor(words: SharedWords, word: number) {
    this.words = words;
    this.word = word;
  }

  /** @throws RangeError if there is no such doorbell */
  static attach(doorbells: SharedArrayBuffer, thread: number): Parking {
    return new Parking(attachWords(doorbells, thread), doorbellWord(thread));
  }

  /**
   * Blocks the thread until its doorbell rings, unless there is work already. May return without
   * any reason, so look for work and call again.
   * @param timeoutMs cut to MAX_SLEEP_MS
   */
  sleepUnlessWork(sources: readonly WorkSource[], timeoutMs: number): void {
    this.words.store(this.word, SLEEPING);
    if (!anyWork(sources)) {
      this.words.wait(this.word, SLEEPING, Math.min(timeoutMs, MAX_SLEEP_MS));
    }
    this.words.store(this.word, AWAKE);
  }

  /**
   * Announces that the thread goes back to its event loop, unless there is work already.
   * @returns true if it may go: a message will come; false if there is work
   */
  restUnlessWork(sources: readonly WorkSource[]): boolean {
    this.words.store(this.word, RESTING);
    if (!anyWork(sources)) return true;
    this.words.store(this.word, AWAKE);
    return false;
  }

  /** Ends a rest; to be called when the event loop does the thread's work for any reason. */
  rise(): void {
    this.words.store(this.word, AWAKE);
  }
}

function anyWork(sources: readonly WorkSource[]): boolean {
  for (let i = 0; i < sources.length; i++) {
    if (sources[i].hasPublished()) return true;
  }
  return false;
}

function attachWords(doorbells: SharedArrayBuffer, thread: number): SharedWords {
  const end = (doorbellWord(thread) + 1) * WORD_OCTETS;
  if (!Number.isInteger(thread) || thread < 0 || end > doorbells.byteLength) {
    throw new RangeError(`There is no doorbell ${thread}`);
  }
  return new BufferWords(doorbells);
}
