/**
 * The words (32 bits) of one piece of shared memory: the only way in which ring, doorbells and
 * their tests touch words that two threads see. Tests put other implementations here, which record
 * the accesses or try every order of them; the running broker has one, which V8 inlines.
 */
export interface SharedWords {
  /** Atomic read: everything the other thread wrote before its atomic write is seen after it. */
  load(word: number): number;
  /** Atomic write: publishes everything written before it. */
  store(word: number, value: number): void;
  /** Atomic "if it is `expected`, make it `value`"; returns what it was. */
  compareExchange(word: number, expected: number, value: number): number;
  /** Wakes the thread that waits on `word`. */
  notify(word: number): void;
  /** Blocks until notified, at most `timeoutMs`; returns at once if the word isn't `expected`. */
  wait(word: number, expected: number, timeoutMs: number): void;
  /** Ordinary read of a word that some atomic read has shown to be published. */
  get(word: number): number;
  /** Ordinary write of a word that no other thread reads before it is published. */
  set(word: number, value: number): void;
}

/** The words of a SharedArrayBuffer. */
export class BufferWords implements SharedWords {
  private readonly words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer);
  }

  load(word: number): number {
    return Atomics.load(this.words, word);
  }

  store(word: number, value: number): void {
    Atomics.store(this.words, word, value);
  }

  compareExchange(word: number, expected: number, value: number): number {
    return Atomics.compareExchange(this.words, word, expected, value);
  }

  notify(word: number): void {
    Atomics.notify(this.words, word, 1);
  }

  wait(word: number, expected: number, timeoutMs: number): void {
    Atomics.wait(this.words, word, expected, timeoutMs);
  }

  get(word: number): number {
    return this.words[word];
  }

  set(word: number, value: number): void {
    this.words[word] = value;
  }
}
