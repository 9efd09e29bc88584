import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';

const ZEROS = Buffer.alloc(64 * 1024);

/** What is taken beyond what is needed, so that not every commit makes the file longer. */
const STEP_OCTETS = 1024 * 1024;

/**
 * Takes space from the disk before the engine needs it, by writing zeros behind what it uses of its
 * file. So it is here that a full disk or one that can't be written shows, where it does no harm:
 * LMDB's binding overruns its memory when a write of its own fails.
 */
export class SpaceAhead {
  private readonly file: number;
  /** Where the file ends, or ended when it was looked at. */
  private endOctets = 0;

  /** @throws Error if the file can't be written */
  constructor(path: string) {
    this.file = openSync(path, 'r+');
  }

  /**
   * Makes sure that the file has so many octets behind those that the engine uses.
   *
   * @throws Error if the disk doesn't give them
   */
  reserve(usedOctets: number, octets: number): void {
    const needed = usedOctets + octets;
    // Should the engine have made it longer itself, that must not be overwritten.
    if (this.endOctets < needed) this.endOctets = fstatSync(this.file).size;
    if (this.endOctets >= needed) {
      // Nothing to be taken, but whether the disk still takes anything is not known.
      this.write(1, this.endOctets - 1);
      return;
    }
    this.extendTo(needed);
    try {
      this.extendTo(needed + STEP_OCTETS);
    } catch {
      // What is needed is there.
    }
  }

  /** Octets that the file has behind those that the engine uses. */
  octetsBehind(usedOctets: number): number {
    return Math.max(0, this.endOctets - usedOctets);
  }

  close(): void {
    closeSync(this.file);
  }

  private extendTo(to: number): void {
    while (this.endOctets < to) {
      this.endOctets += this.write(Math.min(ZEROS.length, to - this.endOctets), this.endOctets);
    }
  }

  private write(octets: number, at: number): number {
    const written = writeSync(this.file, ZEROS, 0, octets, at);
    if (written === 0) throw new Error('nothing could be written');
    return written;
  }
}
