import type { Parking } from '../ring/parking.ts';
import type { MainInbox } from './main-inbox.ts';

/**
 * Octets taken from one shard before the next one's turn: some milliseconds of work at worst, so
 * that AMQP connections don't wait long for main.
 */
const TURN_OCTETS = 256 * 1024;

/** Has main's event loop read the rings of all shards: sleeps while they are empty. */
export class MainInboxes {
  private readonly parking: Parking;
  private readonly onTurn: (work: () => void) => void;
  private inboxes: readonly MainInbox[] = [];
  private immediate: NodeJS.Immediate | null = null;
  private held = false;

  /**
   * @param parking of these rings alone
   * @param onTurn calls its argument, and does what main does around every piece of work
   */
  constructor(parking: Parking, onTurn: (work: () => void) => void) {
    this.parking = parking;
    this.onTurn = onTurn;
  }

  add(inbox: MainInbox): void {
    this.inboxes = [...this.inboxes, inbox];
    this.wake();
  }

  /** Reads no more from `inbox`; what is in its ring is lost. */
  remove(inbox: MainInbox): void {
    this.inboxes = this.inboxes.filter((other) => other !== inbox);
  }

  /** Leaves everything in the rings, which makes the shards stop their sinks, or goes on. */
  hold(held: boolean): void {
    this.held = held;
    if (!held) this.wake();
  }

  /** Has the rings read soon: `RingProducer.publish` has said that main rests. */
  wake(): void {
    this.immediate ??= setImmediate(() => this.turn());
  }

  /** Reads no more. */
  stop(): void {
    this.inboxes = [];
    if (this.immediate !== null) clearImmediate(this.immediate);
    this.immediate = null;
  }

  private turn(): void {
    this.immediate = null;
    this.parking.rise();
    if (this.held) return;
    let hasMore = false;
    this.onTurn(() => {
      for (const inbox of this.inboxes) if (inbox.pump(TURN_OCTETS)) hasMore = true;
    });
    if (hasMore || !this.parking.restUnlessWork(this.inboxes)) this.wake();
  }
}
