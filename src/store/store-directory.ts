import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { RootDatabase } from 'lmdb';
import { open } from 'lmdb';

/** Says that a directory is ours, and how it is to be read. */
const LABEL_FILE = 'directmq-store.json';
/** LMDB's file. */
export const DATA_FILE = 'data.mdb';
const LOCK_FOLDER = 'running';
const LABEL_PRODUCT = 'DirectMQ';

/** Counts up with every change of what is in a data directory. */
export const STORE_FORMAT = 2;

/** Why a data directory can't be used, and what to do about it. */
export class DirectoryRefused extends Error {
  override readonly name = 'DirectoryRefused';
}

interface Label {
  readonly product: string;
  readonly format: number;
  /** False from the first moment until the files behind it are made. */
  readonly complete: boolean;
}

/**
 * Makes sure that there is a data directory that can be opened, and makes one where there is
 * nothing. Never takes anything else for a new one.
 *
 * @throws DirectoryRefused
 */
export function prepareDirectory(directory: string): void {
  orRefuse(directory, 'create', () => mkdirSync(directory, { recursive: true, mode: 0o750 }));
  const label = readLabel(directory);
  if (label === null) {
    const others = orRefuse(directory, 'read', () => readdirSync(directory));
    if (others.filter((name) => name !== LOCK_FOLDER && name !== 'lost+found').length > 0) {
      throw new DirectoryRefused(
        `the data directory ${directory} holds other files and no ${LABEL_FILE}: ` +
          'choose an empty directory with --data-dir, or the right one',
      );
    }
    writeLabel(directory, false);
    return;
  }
  if (label.complete && !existsSync(join(directory, DATA_FILE))) {
    throw new DirectoryRefused(
      `the data directory ${directory} is damaged: ${DATA_FILE} is missing; ` +
        'restore a backup, or choose another directory with --data-dir',
    );
  }
}

/** The directory's files are made. @throws DirectoryRefused */
export function completeDirectory(directory: string): void {
  const label = readLabel(directory);
  if (label?.complete !== true || label.format < STORE_FORMAT) writeLabel(directory, true);
}

/** Whether somebody has made this directory ours. @throws DirectoryRefused if it can't be read */
export function isStoreDirectory(directory: string): boolean {
  return readLabel(directory)?.complete === true;
}

/** The format of what is in a data directory, or is going to be. @throws DirectoryRefused */
export function storedFormat(directory: string): number {
  const label = readLabel(directory);
  return label?.complete === true ? label.format : STORE_FORMAT;
}

/** Labels a copy of a data directory with its format. @throws DirectoryRefused */
export function labelCopy(directory: string, format: number): void {
  writeLabel(directory, true, format);
}

/**
 * Keeps other processes out of a data directory for as long as this one lives: the entry in the
 * table of LMDB's readers is held by a lock of the operating system, which goes with the process
 * however it ends. The table is that of an environment of its own, so that readers of the data,
 * such as a backup, are not mistaken for a broker.
 */
export class DirectoryLock {
  private readonly environment: RootDatabase;

  /** @throws DirectoryRefused if another process has the directory */
  constructor(directory: string) {
    const path = join(directory, LOCK_FOLDER);
    this.environment = orRefuse(directory, 'lock', () => {
      mkdirSync(path, { recursive: true });
      const environment = open({ path });
      environment.readerCheck();
      environment.get('');
      return environment;
    });
    const owners = this.environment
      .readerList()
      .split('\n')
      .flatMap((line) => /^\s*(\d+)\s/.exec(line)?.[1] ?? [])
      .filter((pid) => Number(pid) !== process.pid);
    if (owners.length === 0) return;
    void this.environment.close();
    throw new DirectoryRefused(
      `the data directory ${directory} is in use by process ${owners[0]}: ` +
        'stop it, or choose another directory with --data-dir',
    );
  }

  async release(): Promise<void> {
    await this.environment.close();
  }
}

function readLabel(directory: string): Label | null {
  const path = join(directory, LABEL_FILE);
  if (!existsSync(path)) return null;
  const text = orRefuse(directory, 'read', () => readFileSync(path, 'utf8'));
  const label = parseLabel(text);
  if (label === null) {
    throw new DirectoryRefused(
      `the data directory ${directory} is damaged: ${LABEL_FILE} can't be understood; ` +
        'restore a backup, or choose another directory with --data-dir',
    );
  }
  if (label.format > STORE_FORMAT) {
    throw new DirectoryRefused(
      `the data directory ${directory} has format ${label.format}, made by a newer DirectMQ; ` +
        `this one reads formats up to ${STORE_FORMAT}: use the newer one`,
    );
  }
  return label;
}

function parseLabel(text: string): Label | null {
  try {
    const label: Partial<Label> = JSON.parse(text);
    const { product, format, complete } = label;
    if (product !== LABEL_PRODUCT || !Number.isInteger(format)) return null;
    return { product, format: Number(format), complete: complete === true };
  } catch {
    return null;
  }
}

function writeLabel(directory: string, complete: boolean, format = STORE_FORMAT): void {
  const label: Label = { product: LABEL_PRODUCT, format, complete };
  orRefuse(directory, 'write', () => {
    const path = join(directory, LABEL_FILE);
    const file = openSync(`${path}.new`, 'w', 0o640);
    writeSync(file, `${JSON.stringify(label)}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(`${path}.new`, path);
  });
}

/** Does something with the directory, and says what failed in the operator's words. */
function orRefuse<T>(directory: string, what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DirectoryRefused(
      `cannot ${what} the data directory ${directory}: ${reason}; ` +
        'check its permissions and its disk, or choose another directory with --data-dir',
    );
  }
}
