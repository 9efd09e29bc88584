import type { MessageView } from '../wire/message-view.ts';

/** What takes note of what happens in logs; see the methods of KeptLog. */
export interface LogStore {
  keep(log: number, view: MessageView, expiresAtMs: number, again: boolean): number;
  settle(log: number, entry: number): void;
  purge(log: number, first: number, last: number): void;
  drop(log: number): void;
  /** Calls for the log's `takenUpTo` at the end of the group. */
  takenMoved(log: KeptLog): void;
}

/**
 * The durable side of one message log: what the log tells the store. Entries are numbered in the
 * order of arrival, over all logs; 0 is none.
 */
export class KeptLog {
  /** Unique in a data directory; positive. */
  readonly number: number;
  /** The highest entry that was taken for delivery. */
  takenUpTo = 0;
  /** Owned by the store: `takenUpTo` has moved since the last group. */
  moved = false;
  private readonly store: LogStore;

  constructor(number: number, store: LogStore) {
    this.number = number;
    this.store = store;
  }

  /**
   * Keeps a message.
   *
   * @param again the message is the one that was kept last, by whichever log: it is stored once
   * @param expiresAtMs since the epoch, Infinity for never
   * @returns the number of its entry here
   */
  keep(view: MessageView, expiresAtMs: number, again: boolean): number {
    return this.store.keep(this.number, view, expiresAtMs, again);
  }

  settle(entry: number): void {
    this.store.settle(this.number, entry);
  }

  /** An entry was taken for delivery: after a restart it counts as redelivered. */
  take(entry: number): void {
    if (entry <= this.takenUpTo) return;
    this.takenUpTo = entry;
    if (this.moved) return;
    this.moved = true;
    this.store.takenMoved(this);
  }

  /** Settles all entries in a range. */
  purge(first: number, last: number): void {
    this.store.purge(this.number, first, last);
  }

  /** Settles everything; nothing will be kept here any more. */
  drop(): void {
    this.store.drop(this.number);
  }
}
