import type { Outcome, PageDevice } from '../../src/amqp-control/paging/page-device.ts';

const ROUNDS_MAX = 10_000;

interface Work {
  readonly kind: 'write' | 'read' | 'truncate';
  run(): void;
  readonly done: (outcome: Outcome) => void;
}

/** A disk in memory, on which a test decides what is done when, and what fails. */
export class MemoryDevice implements PageDevice {
  readonly waiting: Work[] = [];
  file = Buffer.alloc(0);
  writes = 0;
  reads = 0;

  write(pieces: readonly Buffer[], at: number, done: (outcome: Outcome) => void): void {
    if (this.waiting.some(({ kind }) => kind !== 'read')) throw new Error('two writes at a time');
    this.writes++;
    const run = (): void => {
      const octets = Buffer.concat(pieces);
      const end = Math.max(this.file.length, at + octets.length);
      this.file = Buffer.concat([this.file, Buffer.alloc(end - this.file.length)]);
      octets.copy(this.file, at);
    };
    this.waiting.push({ kind: 'write', run, done });
  }

  read(targets: readonly Buffer[], at: number, done: (outcome: Outcome) => void): void {
    this.reads++;
    const run = (): void => {
      let from = at;
      for (const target of targets) {
        if (from + target.length > this.file.length) throw new Error('read behind the end');
        this.file.copy(target, 0, from, from + target.length);
        from += target.length;
      }
    };
    this.waiting.push({ kind: 'read', run, done });
  }

  truncate(octets: number, done: (outcome: Outcome) => void): void {
    if (this.waiting.some(({ kind }) => kind !== 'read')) throw new Error('two writes at a time');
    const run = (): void => {
      this.file = Buffer.from(this.file.subarray(0, octets));
    };
    this.waiting.push({ kind: 'truncate', run, done });
  }

  /** Does one of the things that wait, if any. */
  finish(choice: number): void {
    const [work] = this.waiting.splice(choice % Math.max(1, this.waiting.length), 1);
    if (work === undefined) return;
    work.run();
    work.done(null);
  }

  /** Lets one of the things that wait fail, if any. */
  fail(choice: number): void {
    const [work] = this.waiting.splice(choice % Math.max(1, this.waiting.length), 1);
    work?.done(new Error('EIO: i/o error'));
  }

  /** Does everything that waits, and what follows from it. */
  finishAll(): void {
    for (let rounds = 0; this.waiting.length > 0; rounds++) {
      if (rounds > ROUNDS_MAX) throw new Error('it never comes to an end');
      this.finish(0);
    }
  }
}
