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
  /** This end's port: RingWriterPort or RingReaderPort. */
  readonly port: MessagePort;
}
