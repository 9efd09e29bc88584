/** `expirationMs` of a message without the expiration property. */
export const NO_EXPIRATION = Infinity;

/**
 * What a queue needs to know of a message beside its octets. One instance is reused for every
 * publication of a thread, so it is valid only during the call that it is passed to.
 */
export class Publication {
  /** Number of the connection that published it, for no-local. */
  origin = 0;
  /** The expiration property in milliseconds, or NO_EXPIRATION. */
  expirationMs = NO_EXPIRATION;
  /** The priority property, 0 if absent. */
  priority = 0;
  /** Delivery mode 2: durable queues keep the message. */
  persistent = false;
  /** At least one queue keeps it. */
  kept = false;

  /** A plain message of connection `origin`. */
  reset(origin: number): void {
    this.origin = origin;
    this.expirationMs = NO_EXPIRATION;
    this.priority = 0;
    this.persistent = false;
    this.kept = false;
  }
}
