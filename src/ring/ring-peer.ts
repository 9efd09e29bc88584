/**
 * What the two threads of a ring tell each other beside the ring itself. Threads do it over a
 * MessagePort, one per ring; where both ends are in one thread a queue will do.
 */

/** The reading end, as the thread that writes the ring sees it. */
export interface RingReaderPeer {
  /**
   * Hands over the memory of a content that is too long for a record. To be called before the
   * record that names `id` is published. The octets never change again; behind the content there
   * may be up to three that mean nothing.
   */
  postLarge(id: number, octets: SharedArrayBuffer): void;
  /** Wakes a reader that rests in its event loop: `RingProducer.publish` has said that it does. */
  wake(): void;
}

/** The writing end, as the thread that reads the ring sees it. */
export interface RingWriterPeer {
  /**
   * The memory that was posted as `id`, exactly one content; it is handed out once.
   * @throws Error if there is none: the writing end broke its promise
   */
  takeLarge(id: number): Buffer;
  /** Says that there is space again: `RingConsumer.release` has said that the writer waits. */
  grantSpace(): void;
}
