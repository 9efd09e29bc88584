import * as fs from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Outcome, PageDevice } from './page-device.ts';

/** Read and written by the broker alone. */
const MODE = 0o640;

type Done = (outcome: Outcome) => void;

/**
 * A file for what is paged out, made when it is first needed. It means nothing to another process:
 * what is found of an earlier one is thrown away. What happens is told by `run`, as an event.
 */
export class PageFile implements PageDevice {
  readonly path: string;
  private readonly run: (work: () => void) => void;
  private descriptor: number | null = null;
  private underWay = 0;
  private isClosed = false;
  private drained: (() => void) | null = null;

  constructor(path: string, run: (work: () => void) => void) {
    this.path = path;
    this.run = run;
  }

  write(pieces: readonly Buffer[], at: number, done: Done): void {
    const finish = this.begin(done);
    this.withDescriptor(finish, (descriptor) => writeAll(descriptor, pieces, at, finish));
  }

  read(targets: readonly Buffer[], at: number, done: Done): void {
    const finish = this.begin(done);
    this.withDescriptor(finish, (descriptor) => readAll(descriptor, targets, at, finish));
  }

  truncate(octets: number, done: Done): void {
    const finish = this.begin(done);
    this.withDescriptor(finish, (descriptor) => fs.ftruncate(descriptor, octets, finish));
  }

  /** Removes what an earlier process has left, unless the file is in use already. */
  async removeOld(): Promise<void> {
    // One that can't be removed is no harm: it is overwritten when there is something to write.
    if (this.descriptor === null && this.underWay === 0) await this.remove();
  }

  /** Ends what is under way, of which nothing is told any more, and removes the file. */
  async close(): Promise<void> {
    this.isClosed = true;
    if (this.underWay > 0) {
      await new Promise<void>((resolve) => {
        this.drained = resolve;
      });
    }
    if (this.descriptor === null) return;
    fs.closeSync(this.descriptor);
    this.descriptor = null;
    await this.remove();
  }

  private async remove(): Promise<void> {
    await rm(this.path, { force: true }).catch(() => {});
  }

  private begin(done: Done): (error: Error | null) => void {
    if (this.isClosed) throw new Error('the file is closed');
    this.underWay++;
    return (error) => {
      this.underWay--;
      if (!this.isClosed) this.run(() => done(error));
      else if (this.underWay === 0) this.drained?.();
    };
  }

  private withDescriptor(finish: Done, work: (descriptor: number) => void): void {
    if (this.descriptor !== null) {
      work(this.descriptor);
      return;
    }
    fs.open(this.path, 'w+', MODE, (error, descriptor) => {
      if (error !== null) {
        finish(error);
        return;
      }
      this.descriptor = descriptor;
      if (this.isClosed) finish(new Error('closed'));
      else work(descriptor);
    });
  }
}

function writeAll(descriptor: number, pieces: readonly Buffer[], at: number, done: Done): void {
  fs.writev(descriptor, pieces, at, (error, written) => {
    if (error !== null) done(error);
    else if (written === 0) done(new Error('nothing could be written'));
    else goOn(writeAll, descriptor, pieces, at, written, done);
  });
}

function readAll(descriptor: number, targets: readonly Buffer[], at: number, done: Done): void {
  fs.readv(descriptor, targets, at, (error, read) => {
    if (error !== null) done(error);
    else if (read === 0) done(new Error('the file has ended'));
    else goOn(readAll, descriptor, targets, at, read, done);
  });
}

/** Goes on with what is left of some buffers, if anything. */
function goOn(
  work: typeof writeAll,
  descriptor: number,
  buffers: readonly Buffer[],
  at: number,
  octets: number,
  done: Done,
): void {
  const rest = behind(buffers, octets);
  if (rest.length === 0) done(null);
  else work(descriptor, rest, at + octets, done);
}

/** The buffers without so many octets at their beginning. */
function behind(buffers: readonly Buffer[], octets: number): Buffer[] {
  const rest: Buffer[] = [];
  let skip = octets;
  for (const buffer of buffers) {
    if (skip < buffer.length) rest.push(buffer.subarray(skip));
    skip = Math.max(0, skip - buffer.length);
  }
  return rest;
}
