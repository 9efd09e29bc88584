import type { MessagePort } from 'node:worker_threads';

/**
 * One end of a ring, as it is handed to a thread: which end is said by whoever hands it over. The
 * port must be in the transfer list of the message that carries it.
 */
export interface RingLink {
  /** The ring: `SpscRing.attach`. */
  readonly ring: SharedArrayBuffer;
  /** The doorbells of all threads: `Doorbell.attach` and `Parking.attach`. */
  readonly doorbells: SharedArrayBuffer;
  /** Number of the reading thread's doorbell. */
  readonly readerDoorbell: number;
  /** For a shard's end of a ring to a writer: how it may borrow the writer's place. */
  readonly loan?: LoanLink;
  /** This end's port: RingWriterPort or RingReaderPort. */
  readonly port: MessagePort;
}

/** What a shard needs to borrow the place of a writer that sleeps: see WriterLoan. */
export interface LoanLink {
  /** Number of the shard. */
  readonly borrower: number;
  /** The writer's: a LoanNote. */
  readonly note: SharedArrayBuffer;
  /** The page of counters, and the number of the writer's block. */
  readonly counters: SharedArrayBuffer;
  readonly counterBlock: number;
}
