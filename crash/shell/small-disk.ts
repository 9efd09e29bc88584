import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../workload/disk.ts';
import { compileLibrary, type Preloaded } from './preloaded.ts';

/** What a disk with space enough has beyond what is used. */
const PLENTY_OCTETS = 2 ** 32;

const WORD_OCTETS = 8;
const REFUSED_AT = WORD_OCTETS;
const STATE_OCTETS = 2 * WORD_OCTETS;

/** A disk for a data directory, which others fill, without a file system of its own. */
export class SmallDisk implements Disk, Preloaded {
  /** Refuses what is too much. */
  readonly library: string;
  readonly environment: Readonly<Record<string, string>>;
  private readonly directory: string;
  private readonly state: number;
  private isShort = false;

  /**
   * @param workDirectory for the library and its state
   * @param directory the broker's, by the name under which it opens its files
   * @throws Error if there is no C compiler
   */
  constructor(workDirectory: string, directory: string) {
    const state = join(workDirectory, 'disk');
    this.library = compileLibrary('small-disk', workDirectory);
    this.environment = { SMALL_DISK_DIRECTORY: directory, SMALL_DISK_STATE: state };
    this.directory = directory;
    this.state = openSync(state, 'w+');
    writeSync(this.state, Buffer.alloc(STATE_OCTETS), 0, STATE_OCTETS, 0);
    this.giveSpace();
  }

  get isFull(): boolean {
    return this.isShort;
  }

  /** Writes that failed so far because there was no space. */
  get refusedWrites(): number {
    const octets = Buffer.alloc(WORD_OCTETS);
    readSync(this.state, octets, 0, WORD_OCTETS, REFUSED_AT);
    return Number(octets.readBigUInt64LE());
  }

  fill(leftOctets: number): void {
    this.isShort = true;
    this.resize(this.usedOctets() + leftOctets);
  }

  giveSpace(): void {
    this.isShort = false;
    this.resize(this.usedOctets() + PLENTY_OCTETS);
  }

  close(): void {
    closeSync(this.state);
  }

  private resize(octets: number): void {
    const word = Buffer.alloc(WORD_OCTETS);
    word.writeBigUInt64LE(BigInt(octets));
    writeSync(this.state, word, 0, WORD_OCTETS, 0);
  }

  private usedOctets(): number {
    if (!existsSync(this.directory)) return 0;
    let octets = 0;
    for (const name of readdirSync(this.directory)) {
      const found = statSync(join(this.directory, name), { throwIfNoEntry: false });
      if (found?.isFile() === true) octets += found.size;
    }
    return octets;
  }
}
