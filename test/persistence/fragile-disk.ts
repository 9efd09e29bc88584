import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const IMAGE_OCTETS = 64 * 1024 * 1024;
const OPTIONS = 'loop,errors=remount-ro';
/** How e2fsck ends when it has found something and mended it. */
const CORRECTED = 1;

/** A small ext4 of its own, in a file, which becomes read-only at an error, as disks do that fail. */
export class FragileDisk {
  private readonly folder: string;
  private readonly path: string;
  private readonly image: string;
  private readonly trigger: string;

  /** @throws Error if this process may not mount, or there is no loop device */
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'directmq-fragile-disk-'));
    this.path = join(this.folder, 'mounted');
    this.image = join(this.folder, 'image');
    try {
      const file = openSync(this.image, 'w');
      ftruncateSync(file, IMAGE_OCTETS);
      closeSync(file);
      run('mkfs.ext4', '-q', '-F', '-O', '^has_journal', this.image);
      mkdirSync(this.path);
      run('mount', '-o', OPTIONS, this.image, this.path);
    } catch (error) {
      rmSync(this.folder, { recursive: true });
      throw error;
    }
    const device = basename(run('findmnt', '-n', '-o', 'SOURCE', this.path).trim());
    this.trigger = `/sys/fs/ext4/${device}/trigger_fs_error`;
  }

  /** A directory on it that isn't there yet. */
  get dataDir(): string {
    return join(this.path, 'data');
  }

  /** It gets an error, whoever has files open. */
  makeReadOnly(): void {
    writeFileSync(this.trigger, 'an error of the test');
  }

  /** What an administrator does then; nobody may have files open. */
  repair(): void {
    run('umount', this.path);
    try {
      run('e2fsck', '-p', '-f', this.image);
    } catch (error) {
      const { status } = error as { status?: number };
      if (status !== CORRECTED) throw error;
    }
    run('mount', '-o', OPTIONS, this.image, this.path);
  }

  remove(): void {
    run('umount', '-l', this.path);
    rmSync(this.folder, { recursive: true });
  }
}

/** Whether this process may make file systems that get an error. */
export const mayBreakDisks: boolean = process.platform === 'linux' && tryDisk();

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

function tryDisk(): boolean {
  try {
    const disk = new FragileDisk();
    try {
      disk.makeReadOnly();
      disk.repair();
      return true;
    } finally {
      disk.remove();
    }
  } catch {
    return false;
  }
}
