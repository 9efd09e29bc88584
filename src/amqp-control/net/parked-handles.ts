import { closeSync, openSync } from 'node:fs';

/** Parked handles tried at once: each costs a few system calls. */
const RETRIES_PER_SWEEP_MAX = 64;

/** A handle of ours whose descriptor another thread has closed. */
export interface ParkedHandle {
  /** The number that the handle still holds. */
  readonly fd: number;
  /** Closes the handle, and with it whatever the number means now. */
  close(): void;
}

/**
 * Closes handles whose descriptor another thread owned and has closed. The number may mean
 * something else by now, and closing the handle would close that. So we first make the number our
 * own: open(2) returns the lowest free number, so opening /dev/null again and again ends either
 * with exactly that number, and then closing the handle is harmless, or with a higher one, and then
 * somebody else has the number and the handle stays parked until it is free again.
 */
export class ParkedHandles {
  private parked: ParkedHandle[] = [];

  /** Handles that wait for their number. */
  get count(): number {
    return this.parked.length;
  }

  /** Closes a handle now or, if its number is taken, later. */
  close(handle: ParkedHandle): void {
    if (!reclaim(handle.fd)) this.parked.push(handle);
    else handle.close();
  }

  /** Tries again; to be called when descriptors have been closed. */
  sweep(): void {
    const tried = this.parked.splice(0, RETRIES_PER_SWEEP_MAX);
    for (const handle of tried) this.close(handle);
  }
}

/** Makes a descriptor number mean /dev/null. @returns false if it is in use */
function reclaim(fd: number): boolean {
  const lower: number[] = [];
  try {
    for (;;) {
      const opened = openSync('/dev/null', 'r');
      if (opened === fd) return true;
      lower.push(opened);
      if (opened > fd) return false;
    }
  } catch {
    // Out of descriptors: as good as taken.
    return false;
  } finally {
    for (const opened of lower) closeSync(opened);
  }
}
