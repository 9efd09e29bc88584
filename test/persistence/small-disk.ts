import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether this process may mount file systems. */
export const mayMount: boolean = process.platform === 'linux' && tryMount();

const BALLAST_STEP_OCTETS = 64 * 1024;
const PAGE_OCTETS = 4096;

/** A file system of its own, in memory, of few octets. */
export class SmallDisk {
  readonly path: string;
  private readonly ballast: string;

  constructor(sizeMiB: number) {
    this.path = mkdtempSync(join(tmpdir(), 'directmq-small-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m`, 'tmpfs', this.path]);
    this.ballast = join(this.path, 'ballast');
  }

  /** A directory on it that isn't there yet. */
  get dataDir(): string {
    return join(this.path, 'data');
  }

  /** Takes all space that is left. @returns octets taken */
  fill(): number {
    const file = openSync(this.ballast, 'a');
    const step = Buffer.alloc(BALLAST_STEP_OCTETS, 1);
    let length = step.length;
    while (length >= PAGE_OCTETS) {
      try {
        if (writeSync(file, step, 0, length) < length) length /= 2;
      } catch {
        length /= 2;
      }
    }
    const { size } = fstatSync(file);
    closeSync(file);
    return size;
  }

  /** Gives the space back. */
  free(): void {
    rmSync(this.ballast, { force: true });
  }

  makeReadOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.path]);
  }

  remove(): void {
    execFileSync('umount', ['-l', this.path]);
    rmSync(this.path, { recursive: true });
  }
}

function tryMount(): boolean {
  const path = mkdtempSync(join(tmpdir(), 'directmq-may-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true });
  }
}
