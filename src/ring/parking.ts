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
 *
 * A reader that sleeps and has nothing left to do may lend its place (LENDING). Who exchanges that
 * for BORROWED does the reader's work instead of waking it, and gives the place back. Meanwhile
 * nobody else does anything in it: who rings, and the reader if it wakes up, says WANTED, and then
 * the borrower wakes the reader when it is done.
 */

const AWAKE = 0;
/** Blocked in `Atomics.wait`, or about to. */
const SLEEPING = 1;
/** Gone back to its event loop, where only a message reaches it. */
const RESTING = 2;
/** Blocked as in SLEEPING, and somebody else may do its work. */
const LENDING = 3;
/** Somebody does: BORROWED + 2 * the number of the borrower. One more: WANTED. */
const BORROWED = 16;
const WANTED_BIT = 1;

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
    for (;;) {
      const state = this.words.load(this.word);
      if (state === AWAKE || isWanted(state)) return false;
      const isLent = state >= BORROWED;
      const next = isLent ? state | WANTED_BIT : AWAKE;
      if (this.words.compareExchange(this.word, state, next) !== state) continue;
      if (state === RESTING) return true;
      if (!isLent) this.words.notify(this.word);
      return false;
    }
  }

  /** Whether the thread lends its place at this moment. */
  get lends(): boolean {
    return this.words.load(this.word) === LENDING;
  }

  /**
   * Takes the place of the thread if it lends it. Nobody else does the thread's work until
   * `giveBack`, so it must follow soon, whatever happens.
   * @param borrower number of whoever borrows, to be told from others if it dies
   */
  borrow(borrower: number): boolean {
    return this.words.compareExchange(this.word, LENDING, borrowedBy(borrower)) === LENDING;
  }

  /**
   * Ends what `borrow` began.
   * @param hasWork whether something is left for the thread to do, which is woken then
   */
  giveBack(borrower: number, hasWork: boolean): void {
    const state = borrowedBy(borrower);
    if (!hasWork && this.words.compareExchange(this.word, state, LENDING) === state) return;
    this.words.store(this.word, AWAKE);
    this.words.notify(this.word);
  }

  /**
   * The thread has died: nobody borrows its place any more until another thread has it.
   * @returns false if somebody has borrowed it: call again a moment later
   */
  seize(): boolean {
    const state = this.words.load(this.word);
    if (state === AWAKE) return true;
    const next = state >= BORROWED ? state | WANTED_BIT : AWAKE;
    return this.words.compareExchange(this.word, state, next) === state && next === AWAKE;
  }

  /** Whether this borrower has the thread's place: one that has died won't give it back. */
  isBorrowedBy(borrower: number): boolean {
    return (this.words.load(this.word) & ~WANTED_BIT) === borrowedBy(borrower);
  }
}

function borrowedBy(borrower: number): number {
  return BORROWED + 2 * borrower;
}

function isWanted(state: number): boolean {
  return state >= BORROWED && (state & WANTED_BIT) !== 0;
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
   * @param lends whether others may do its work meanwhile, see `Doorbell.borrow`
   */
  sleepUnlessWork(sources: readonly WorkSource[], timeoutMs: number, lends = false): void {
    const state = lends ? LENDING : SLEEPING;
    this.words.store(this.word, state);
    if (!anyWork(sources)) {
      this.words.wait(this.word, state, Math.min(timeoutMs, MAX_SLEEP_MS));
    }
    if (lends) this.takeBack();
    else this.words.store(this.word, AWAKE);
  }

  /** Makes the word AWAKE, once a borrower has finished. */
  private takeBack(): void {
    for (;;) {
      const state = this.words.load(this.word);
      if (state === AWAKE) return;
      if (isWanted(state)) this.words.wait(this.word, state, MAX_SLEEP_MS);
      else if (state >= BORROWED) {
        this.words.compareExchange(this.word, state, state | WANTED_BIT);
      } else if (this.words.compareExchange(this.word, state, AWAKE) === state) return;
    }
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
