const MIB = 1024 * 1024;

/**
 * Free space below which publishers are stopped. What is under way then still fits: the ring
 * (8 MiB), a batch (4 MiB), what one turn brings, and what the engine needs beside it.
 */
export const HEADROOM_OCTETS = 16 * MIB;

/** What a commit needs beside its messages: the pages that lead to what it changes. */
export const MARGIN_OCTETS = MIB;

/** Octets after which a batch is closed while space is short, so that it fits into little. */
export const SHORT_BATCH_OCTETS = MIB / 2;

/** What is asked for space. */
export interface DiskRoomSource {
  /** Octets that are free on the disk; Infinity if it doesn't say. */
  freeOctets(): number;
  /** Octets of the engine's file that hold nothing any more, and are used again. */
  reusableOctets(): number;
}

/**
 * How much room a data directory's disk has. The engine must not find out by itself that there is
 * none: LMDB's binding damages its memory when a write fails in the middle of a transaction.
 */
export class DiskRoom {
  private readonly source: DiskRoomSource;
  private freeOctets = Infinity;

  constructor(source: DiskRoomSource) {
    this.source = source;
  }

  /** Looks again. */
  look(): void {
    this.freeOctets = this.source.freeOctets();
  }

  /** Whether a batch with so many octets of messages can be committed. */
  fits(octets: number): boolean {
    return this.freeOctets >= octets + MARGIN_OCTETS;
  }

  /** Whether publishers may go on: there is space on the disk, or enough to be used again. */
  get isAmple(): boolean {
    if (this.freeOctets >= HEADROOM_OCTETS) return true;
    if (!this.fits(2 * SHORT_BATCH_OCTETS)) return false;
    return this.source.reusableOctets() >= 2 * HEADROOM_OCTETS;
  }

  /** Octets of messages after which a batch should be closed; at most `usual`. */
  batchMaxOctets(usual: number): number {
    return this.freeOctets >= HEADROOM_OCTETS ? usual : Math.min(usual, SHORT_BATCH_OCTETS);
  }

  /** Why publishers are stopped. */
  get shortage(): string {
    return `the disk of the data directory has ${this.freeOctets} octets left`;
  }
}
