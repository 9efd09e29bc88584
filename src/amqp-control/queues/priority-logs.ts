import type { MessageLog } from './message-log.ts';

/** The logs of one queue, by priority; a queue without x-max-priority has one. */
export class PriorityLogs {
  readonly all: readonly MessageLog[];
  readonly lowest: MessageLog;

  /** @param all index = priority, at least one */
  constructor(all: readonly MessageLog[]) {
    this.all = all;
    this.lowest = all[0];
  }

  /** The log of a priority; what is above the highest counts as the highest. */
  of(priority: number): MessageLog {
    return this.all[Math.min(priority, this.all.length - 1)];
  }

  /** The log whose head is next, or null if nothing is ready. */
  next(): MessageLog | null {
    const { all } = this;
    for (let p = all.length - 1; p >= 0; p--) if (all[p].readyCount > 0) return all[p];
    return null;
  }

  /** Messages ready for delivery. */
  get readyCount(): number {
    if (this.all.length === 1) return this.lowest.readyCount;
    return this.all.reduce((sum, log) => sum + log.readyCount, 0);
  }

  /** Body octets of the messages ready for delivery. */
  get readyOctets(): number {
    return this.all.reduce((sum, log) => sum + log.readyOctets, 0);
  }

  /** Messages taken and not yet settled. */
  get unackedCount(): number {
    return this.all.reduce((sum, log) => sum + log.unackedCount, 0);
  }

  /** Body octets of the messages taken and not yet settled. */
  get unackedOctets(): number {
    return this.all.reduce((sum, log) => sum + log.unackedOctets, 0);
  }

  /** Messages, ready or unacknowledged, that survive a restart. */
  get keptCount(): number {
    return this.all.reduce((sum, log) => sum + log.keptCount, 0);
  }

  /** Body octets of the messages that survive a restart. */
  get keptOctets(): number {
    return this.all.reduce((sum, log) => sum + log.keptOctets, 0);
  }

  /** Octets of memory that the messages hold. */
  get heldOctets(): number {
    return this.all.reduce((sum, log) => sum + log.totalOctets, 0);
  }

  /** Ready messages that are not in memory. */
  get pagedOutCount(): number {
    return this.all.reduce((sum, log) => sum + log.pagedOutCount, 0);
  }

  /** Octets of the bodies of the ready messages that are not in memory. */
  get pagedOutOctets(): number {
    return this.all.reduce((sum, log) => sum + log.pagedOutOctets, 0);
  }

  /** False while there is a head that is not in memory yet. */
  get headIsHere(): boolean {
    return this.next()?.headIsHere ?? true;
  }

  /** When the earliest of the heads expires, on the caller's clock; Infinity for never. */
  get headExpiresAtMs(): number {
    let dueMs = Infinity;
    for (const log of this.all) dueMs = Math.min(dueMs, log.headExpiresAtMs);
    return dueMs;
  }

  /** Drops the ready messages; returns how many. */
  purge(): number {
    return this.all.reduce((sum, log) => sum + log.purge(), 0);
  }
}
