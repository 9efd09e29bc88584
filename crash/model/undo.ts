/** What a disk writes as a whole, in octets. */
const SECTOR_OCTETS = 512;
const HEAD_OCTETS = 16;

/** Octets to be put back into the file. */
export interface Repair {
  readonly at: number;
  readonly octets: Buffer;
}

/** Random decisions, as far as they are needed here. */
export interface Chance {
  below(limit: number): number;
}

/**
 * Reads the journal of writes that were not synced (crash/native/power-cut.c) and decides sector by
 * sector how many of them have reached the disk: any number, from none to all, in their order.
 * An incomplete last record belongs to a write that was never made.
 */
export function undoSome(journal: Buffer, chance: Chance): Repair[] {
  const undone: Repair[] = [];
  for (const versions of replacedSectors(journal).values()) {
    const reached = chance.below(versions.length + 1);
    // The oldest version that is put back is the one that counts.
    if (reached < versions.length) undone.push(versions[reached]);
  }
  return undone;
}

/** By sector: what each write replaced there, in the order of the writes. */
function replacedSectors(journal: Buffer): Map<number, Repair[]> {
  const sectors = new Map<number, Repair[]>();
  for (let from = 0; from + HEAD_OCTETS <= journal.length; ) {
    const at = Number(journal.readBigUInt64LE(from));
    const length = journal.readUInt32LE(from + 8);
    const oldLength = journal.readUInt32LE(from + 12);
    const oldFrom = from + HEAD_OCTETS;
    from = oldFrom + oldLength;
    if (from > journal.length) break;
    // Behind the end of the file there was nothing, which reads as zeros.
    const old = Buffer.alloc(length);
    journal.copy(old, 0, oldFrom, from);
    for (let offset = 0; offset < length; ) {
      const sector = Math.floor((at + offset) / SECTOR_OCTETS);
      const end = Math.min(length, (sector + 1) * SECTOR_OCTETS - at);
      const repair = { at: at + offset, octets: old.subarray(offset, end) };
      const versions = sectors.get(sector);
      if (versions === undefined) sectors.set(sector, [repair]);
      else versions.push(repair);
      offset = end;
    }
  }
  return sectors;
}
