const MIB = 1024 * 1024;

/**
 * Free space below which publishers are stopped. What is under way then still fits: a batch
 * (4 MiB), the ring (8 MiB), what main takes in until it hears of it (as much again, at most), and
 * what the engine needs beside it.
 */
export const HEADROOM_OCTETS = 32 * MIB;

/** What must be free, whatever can be used again: room for small batches and what leads to them. */
export const FREE_MIN_OCTETS = 2 * MIB;

/** Octets of the file that may be used again from which on publishers may go on, space or not. */
export const REUSABLE_MIN_OCTETS = 32 * MIB;

/** Octets after which a batch is closed while space is short, so that it fits into little. */
export const SHORT_BATCH_OCTETS = MIB / 2;

/** Time for which what was seen is relied upon, in milliseconds: asking costs a system call. */
const LOOK_MS = 20;

/** Octets of messages after which it isn't any more, so that the headroom is for what it is for. */
const LOOK_OCTETS = MIB;

/** What is asked for space. */
export interface DiskRoomSource {
  /** Octets by which the engine's file may grow, or has done ahead; Infinity if nobody knows. */
  freeOctets(): number;
  /** Octets of the engine's file that hold nothing any more, and are used again. */
  reusableOctets(): number;
}

/** How much room a data directory's disk has, so that publishers stop before it is full. */
export class DiskRoom {
  private readonly source: DiskRoomSource;
  private freeOctets = Infinity;
  private lookedAtMs = -Infinity;
  private takenOctets = 0;

  constructor(source: DiskRoomSource) {
    this.source = source;
  }

  /**
   * Looks again, unless that was just done and there was room.
   *
   * @param nowMs by a steady clock, in milliseconds
   * @param takenOctets of messages, since the last call
   */
  look(nowMs: number, takenOctets: number): void {
    this.takenOctets += takenOctets;
    const isRecent = nowMs - this.lookedAtMs < LOOK_MS && this.takenOctets < LOOK_OCTETS;
    if (isRecent && this.freeOctets >= HEADROOM_OCTETS) return;
    this.lookedAtMs = nowMs;
    this.takenOctets = 0;
    this.freeOctets = this.source.freeOctets();
  }

  /** Whether publishers may go on: there is space on the disk, or enough to be used again. */
  get isAmple(): boolean {
    if (this.freeOctets >= HEADROOM_OCTETS) return true;
    if (this.freeOctets < FREE_MIN_OCTETS) return false;
    return this.source.reusableOctets() >= REUSABLE_MIN_OCTETS;
  }

  /** Octets of messages after which a batch should be closed; at most `usual`. */
  batchMaxOctets(usual: number): number {
    return this.freeOctets >= HEADROOM_OCTETS ? usual : Math.min(usual, SHORT_BATCH_OCTETS);
  }

  /** Why publishers are stopped. */
  get shortage(): string {
    return `the disk of the data directory has room for ${this.freeOctets} octets more`;
  }
}
